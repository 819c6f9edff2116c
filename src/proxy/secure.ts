/**
 * Takes TLS on a connection apart: to the server first, as the client would have done it, then to the client as that
 * server. Nothing is decided about the client before the server has answered.
 */
import type { ClientHello } from "./client-hello.ts";
import { groupsFor } from "./tls/contexts.ts";
import { serveTls, type TlsLine } from "./tls/tls-line.ts";
import type { Upstreams } from "./tls/upstream.ts";
import type { WaitingLine } from "./waiting-line.ts";

export interface SecureRequest {
  readonly upstreams: Upstreams;
  readonly hello: ClientHello;
  /** Where the client wanted to go. */
  readonly address: string;
  readonly port: number;
  readonly client: WaitingLine;
  readonly server: WaitingLine;
  readonly alpn: readonly string[];
  /** As `UpstreamRequest.isFresh`. */
  readonly isFresh: boolean;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
  readonly keyLog: ((line: string) => void) | null;
}

/** Plain text on both lines, or why there is none; then nothing was said to the client. */
export type Secured =
  | {
      readonly is: "open";
      readonly client: TlsLine;
      readonly server: TlsLine;
      /** What a client that verifies finds wrong with the server's certificate, and with ours; null for nothing. */
      readonly fault: string | null;
      /** As `Upstream.believer`. */
      readonly believer: string | null;
      /** The client is asked for a certificate as the server asks: why it cannot be read if it shows one. */
      readonly certificateReason: string | null;
    }
  /** `isRefused`: the server did not take our handshake; whether it takes the app's is to be seen. */
  | { readonly is: "blind"; readonly reason: string; readonly isRefused: boolean };

/** Resolves when the server has answered; the handshake with the client goes on then. */
export const secure = async (request: SecureRequest): Promise<Secured> => {
  const { upstreams, hello, address, port, client, server, alpn, isFresh, signal, keyLog } = request;
  const opening = upstreams.open({ line: server.line, hello, address, port, alpn, isFresh, signal });
  server.line.resume();
  const upstream = await opening;
  if (upstream.is === "blind") return { is: "blind", reason: aboutTls(upstream.reason), isRefused: false };
  if (upstream.is === "failed") {
    return {
      is: "blind",
      reason: `TLS: the server did not answer Reprise as it may the app: ${upstream.failure.message}`,
      isRefused: true,
    };
  }
  const { line, facts, leaf, refusal, believer } = upstream;
  const certificateReason = upstream.certificateReason === null ? null : aboutTls(upstream.certificateReason);
  const asksCertificate = certificateReason !== null;
  const served = serveTls(client.line, {
    leaf,
    alpn: facts.alpn,
    early: client.take(),
    asksCertificate,
    groups: groupsFor(hello.groups),
    keyLog,
  });
  client.handedOver();
  client.line.resume();
  return { is: "open", client: served, server: line, fault: refusal, believer, certificateReason };
};

/** Reasons that begin so are known as what replay cannot answer either. */
const aboutTls = (reason: string): string => (reason.startsWith("TLS") ? reason : `TLS: ${reason}`);
