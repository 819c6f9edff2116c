/**
 * Tells HTTP/2 by its preface (RFC 9113, 3.4), so that it is named and not kept: its frames are no turns, and a head in it
 * means nothing without all those before. It refuses to read it.
 */
import { equalBytes } from "../../lib/bytes/pieces.ts";

const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n");

/** Why such a connection is left out; the same words in recording and in replay. */
export const HTTP2_UNREAD = "it speaks HTTP/2, as gRPC does, which cannot be read";

/** Of what a client says first. */
export const isHttp2 = (bytes: Uint8Array): boolean => equalBytes(bytes.subarray(0, PREFACE.length), PREFACE);
