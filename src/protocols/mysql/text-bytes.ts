/**
 * Text on the wire. It is UTF-8 in practice; what is not (another character set) is read as Latin-1 behind a mark where a
 * name or a statement is meant, and kept as bytes where a value is, so that nothing is lost or taken for other text.
 */
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** A private-use character: it says that the characters behind it are bytes. */
const BYTES_MARK = "\uf8ff";

/** A value: text where the bytes are UTF-8, else the bytes. */
export type Word = string | Uint8Array;

/** The text whose UTF-8 is exactly `bytes`, else a copy of the bytes. */
export function wordOf(bytes: Uint8Array): Word {
  try {
    return strict.decode(bytes);
  } catch {
    return bytes.slice();
  }
}

export const bytesOf = (word: Word): Uint8Array => (typeof word === "string" ? encoder.encode(word) : word);

/** Any bytes as text; `encodeText` gives the same bytes again. */
export function decodeText(bytes: Uint8Array): string {
  const word = wordOf(bytes);
  if (typeof word === "string" && !word.startsWith(BYTES_MARK)) return word;
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

/** The pieces in one, copied. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
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
