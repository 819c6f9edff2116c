/** Reads requests off a client's bytes; recording and replaying share it. Its counterpart is response-reader.ts. */
import type { Peer } from "../../core/protocol.ts";
import { NOTHING } from "../../lib/bytes/pieces.ts";
import type { Body } from "./body-reader.ts";
import { isConnect } from "./connect.ts";
import { type Framing, requestFraming } from "./framing.ts";
import { keepUnlessPrinted, parseRequestLine, printRequestLine } from "./head.ts";
import { headerTokens, headerValue } from "./headers.ts";
import type { MessageReader } from "./message-reader.ts";
import type { HttpRequest } from "./spec.ts";

/** A request of which the body may still come. */
export interface RequestHead {
  readonly request: HttpRequest;
  readonly framing: Framing;
  readonly startedAt: number;
}

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** Scheme and authority of a request that went to this peer. */
const originOf = (target: string, host: string | undefined, peer: Peer): string => {
  const absolute = ABSOLUTE.exec(target);
  if (absolute) return absolute[0];
  const scheme = peer.isTls ? "https" : "http";
  return `${scheme}://${host === undefined || host === "" ? `${bracketed(peer.host)}:${peer.port}` : host}`;
};

/** The next request's head, if it is complete; the reader then reads its body. */
export const readRequestHead = (reader: MessageReader, peer: Peer): RequestHead | undefined => {
  const read = reader.head();
  if (!read) return undefined;
  const { head, bytes, startedAt } = read;
  const line = parseRequestLine(head.start);
  const framing = requestFraming(head.headers);
  const request: HttpRequest = {
    method: line.method,
    target: line.target,
    origin: isConnect(line) ? `http://${line.target}` : originOf(line.target, headerValue(head.headers, "host"), peer),
    minor: line.minor,
    headers: head.headers,
    headWire: keepUnlessPrinted(head, printRequestLine(line), bytes),
    body: NOTHING,
    chunks: null,
    trailers: [],
    bodyUnsent: false,
  };
  reader.begin(framing);
  return { request, framing, startedAt };
};

/** The request with the body that came. */
export const withBody = (request: HttpRequest, { body, chunks, trailers }: Body): HttpRequest => ({
  ...request,
  body,
  chunks,
  trailers,
});

/** Whether the client waits for 100 (Continue) before it sends the body. */
export const expectsContinue = ({ request, framing }: RequestHead): boolean =>
  request.minor > 0 &&
  (framing.kind === "chunked" || (framing.kind === "length" && framing.length > 0)) &&
  headerTokens(request.headers, "expect").includes("100-continue");

/** Whether what the client sends after this request depends on the response: it may not be HTTP. */
export const asksToSwitch = (request: HttpRequest): boolean =>
  isConnect(request) || headerTokens(request.headers, "connection").includes("upgrade");

/** Whether a client that asks this takes the server for the one it wants, in clear: no proxy, and no TLS to come. */
export const isOrdinary = (request: HttpRequest): boolean =>
  !isConnect(request) &&
  !ABSOLUTE.test(request.target) &&
  !headerTokens(request.headers, "upgrade").some((token) => token.startsWith("tls/"));
