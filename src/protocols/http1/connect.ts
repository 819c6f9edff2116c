/**
 * CONNECT (RFC 9110, 9.3.6): a proxy is asked for a way to somebody else. Neither the request nor a demand for credentials
 * is an exchange of its own: what counts is said in the tunnel, and replay opens it at once.
 */
import { textBytes } from "../../lib/bytes/text.ts";
import type { HttpRequest } from "./spec.ts";

/** Whom a tunnel leads to. */
export interface FarEnd {
  readonly host: string;
  readonly port: number;
}

/** What opens a tunnel in replay. */
export const ESTABLISHED = textBytes("HTTP/1.1 200 Connection Established\r\n\r\n");

const PROXY_AUTHENTICATION_REQUIRED = 407;
const PORT_MOST = 65_535;

export const isConnect = ({ method }: Pick<HttpRequest, "method">): boolean => method === "CONNECT";

/** Whether an answer to CONNECT leads on: a tunnel, or the demand for credentials that comes before it. */
export const leadsOn = (status: number): boolean =>
  (status >= 200 && status < 300) || status === PROXY_AUTHENTICATION_REQUIRED;

/** `api.example:443` or `[2001:db8::1]:443`; `null` for anything else. */
export const farEndOf = (target: string): FarEnd | null => {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/?#@]+)):(\d{1,5})$/.exec(target);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port === 0 || port > PORT_MOST ? null : { host, port };
};
