/**
 * Text on the wire. It is UTF-8 in practice; what is not valid UTF-8 (another client_encoding) is read as Latin-1 behind
 * a mark, so that it is never lost nor taken for other text, and is written back as the same bytes.
 */
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** A private-use character: it says that the characters behind it are bytes. */
const BYTES_MARK = "\uf8ff";

/** The text, or undefined if the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Any bytes as text; `encodeText` gives the same bytes again. */
export function decodeText(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== undefined && !text.startsWith(BYTES_MARK)) return text;
  return BYTES_MARK + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The inverse of `decodeText`. */
export function encodeText(text: string): Uint8Array {
  if (!text.startsWith(BYTES_MARK)) return encoder.encode(text);
  return Uint8Array.from(Buffer.from(text.slice(1), "latin1"));
}

/** Whether two runs of bytes are the same. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** The pieces in one; a lone piece is copied only where it pins a larger buffer. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first === undefined) return new Uint8Array(0);
  if (pieces.length === 1) return first.byteLength === first.buffer.byteLength ? first : first.slice();
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
