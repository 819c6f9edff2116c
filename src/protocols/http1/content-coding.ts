/**
 * Bodies without and with their codings: `Content-Encoding`, and `Transfer-Encoding` other than chunked (RFC 9110, 8.4).
 * What cannot be decoded, or would become enormous, is left as it is.
 */
import * as zlib from "node:zlib";
import { headerTokens } from "./headers.ts";
import type { Header } from "./spec.ts";

const DECODED_MOST = 512 * 1024 * 1024;

interface Coding {
  decode(bytes: Uint8Array): Uint8Array;
  encode(bytes: Uint8Array): Uint8Array;
}

const limit = { maxOutputLength: DECODED_MOST };
const GZIP: Coding = { decode: (bytes) => zlib.gunzipSync(bytes, limit), encode: (bytes) => zlib.gzipSync(bytes) };
/** Named for the zlib format, but some senders leave its frame away. */
const DEFLATE: Coding = {
  decode: (bytes) => ((bytes[0] ?? 0) % 16 === 8 ? zlib.inflateSync(bytes, limit) : zlib.inflateRawSync(bytes, limit)),
  encode: (bytes) => zlib.deflateSync(bytes),
};
const BROTLI: Coding = {
  decode: (bytes) => zlib.brotliDecompressSync(bytes, limit),
  encode: (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }),
};
const ZSTD: Coding = {
  decode: (bytes) => zlib.zstdDecompressSync(bytes, limit),
  encode: (bytes) => zlib.zstdCompressSync(bytes),
};

const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ["gzip", GZIP],
  ["x-gzip", GZIP],
  ["deflate", DEFLATE],
  ["br", BROTLI],
  ["zstd", ZSTD],
]);

/** The codings applied to a body, in the order in which they were; chunked is framing and not among them. */
export const codingsOf = (headers: readonly Header[]): string[] =>
  [...headerTokens(headers, "content-encoding"), ...headerTokens(headers, "transfer-encoding")].filter(
    (coding) => coding !== "identity" && coding !== "chunked",
  );

/** Decoded payloads are asked for several times in a row: for the key, for differences, for the file. Not kept beyond that. */
const decodedBodies = new WeakMap<Uint8Array, { readonly codings: string; readonly bytes: WeakRef<Uint8Array> }>();

/** The body without its codings; `undefined` if there is a coding that cannot be undone. */
export const decodeBody = (headers: readonly Header[], body: Uint8Array): Uint8Array | undefined => {
  const codings = codingsOf(headers);
  if (codings.length === 0 || body.length === 0) return body;
  const name = codings.join(" ");
  const held = decodedBodies.get(body);
  const known = held?.codings === name ? held.bytes.deref() : undefined;
  if (known) return known;
  const bytes = undo(codings, body);
  if (bytes) decodedBodies.set(body, { codings: name, bytes: new WeakRef(bytes) });
  return bytes;
};

const undo = (codings: readonly string[], body: Uint8Array): Uint8Array | undefined => {
  let bytes = body;
  try {
    for (const name of codings.toReversed()) {
      const coding = CODINGS.get(name);
      if (!coding) return undefined;
      bytes = coding.decode(bytes);
    }
  } catch {
    return undefined;
  }
  return plain(bytes);
};

/** The body with its codings put on again; `undefined` if one of them is not known. */
export const encodeBody = (headers: readonly Header[], body: Uint8Array): Uint8Array | undefined => {
  let bytes = body;
  for (const name of codingsOf(headers)) {
    const coding = CODINGS.get(name);
    if (!coding) return undefined;
    bytes = coding.encode(bytes);
  }
  return plain(bytes);
};

/** The same bytes as no Buffer, so that whoever compares structures sees one type. */
const plain = (bytes: Uint8Array): Uint8Array =>
  Buffer.isBuffer(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes;
