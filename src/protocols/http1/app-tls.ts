/**
 * How the app is asked over TLS where it terminates TLS itself: by the name that the recorded client used, for HTTP/1.1.
 * Nothing is verified: the app is asked at the address where it listens, and its certificate may have been made for others.
 */
import { isIP } from "node:net";
import type { TLSOptions } from "bun";
import { headerValue } from "./headers.ts";
import type { HttpRequest } from "./spec.ts";

/** As the wire has it: each name behind its length. */
const ALPN = "\x08http/1.1";

/** What is asked of the app, and how its certificate is taken. */
export const tlsFor = (request: HttpRequest): TLSOptions => ({
  // Empty: no name is sent, as by a client that was given an address.
  serverName: serverNameOf(headerValue(request.headers, "host") ?? ""),
  ALPNProtocols: ALPN,
  rejectUnauthorized: false,
});

const serverNameOf = (host: string): string => {
  const name = host.replace(/:\d*$/, "");
  return name.startsWith("[") || isIP(name) !== 0 ? "" : name;
};

/**
 * Whether a handshake "failed" over the certificate alone: the runtime calls it that where names differ too, and goes on.
 * What else may fail has the system's codes (EPROTO, ECONNRESET) or OpenSSL's (ERR_SSL_...).
 */
export const isCertificates = (error: (Error & { readonly code?: string }) | null): boolean =>
  error?.code !== undefined && !/^(?:E[A-Z]+|ERR_SSL_\w+)$/.test(error.code);
