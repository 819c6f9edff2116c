/** What the app gets where no mock answers: a 502 that says why, so that the app's own log shows it. */
import type { Miss } from "../../core/exchange.ts";
import { textBytes } from "../../lib/bytes/text.ts";
import type { Header, HttpResponse } from "./spec.ts";

/** A complete, legal response; the connection stays usable. */
export const missResponse = (miss: Miss): HttpResponse => {
  const { protocol, asked, nearest } = miss;
  const error = "No recorded mock answers this request, and the real service is not called in replay.";
  const body = textBytes(`${JSON.stringify({ error, protocol, asked, nearest }, null, 2)}\n`);
  const headers: Header[] = [
    ["Content-Type", "application/json"],
    ["Content-Length", String(body.length)],
    ["X-Reprise", "miss"],
  ];
  return plainResponse(502, "Bad Gateway", headers, body);
};

/** For bytes that are no request: the connection closes after it. */
export const badRequestResponse = (reason: string): HttpResponse => {
  const body = textBytes(`${reason}\n`);
  const headers: Header[] = [
    ["Content-Type", "text/plain; charset=utf-8"],
    ["Content-Length", String(body.length)],
    ["Connection", "close"],
  ];
  return plainResponse(400, "Bad Request", headers, body);
};

const plainResponse = (status: number, reason: string, headers: readonly Header[], body: Uint8Array): HttpResponse => ({
  minor: 1,
  status,
  reason,
  headers,
  headWire: null,
  body,
  chunks: null,
  trailers: [],
  skippedSize: null,
  interim: [],
  cut: false,
});
