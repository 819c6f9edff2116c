/**
 * Bytes as text where that loses nothing. It is UTF-8 in practice; what is not (another character set) stays bytes where a
 * value is meant, and goes as Latin-1 behind a mark where there must be text.
 */
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** Characters; of so many, `Buffer.from` makes bytes of their own and no view of its pool. */
const LONG = 4096;

/** What no editor shows, and what YAML or people take for something else. */
// oxlint-disable-next-line no-control-regex
const UNREADABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;
/** A private-use character: it says that the characters behind it are bytes. */
const BYTES_MARK = "\uf8ff";

/** The text whose UTF-8 is exactly `bytes`, or `undefined`. */
export function exactText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The same, if a person can read and edit it as well. */
export function readableText(bytes: Uint8Array): string | undefined {
  const text = exactText(bytes);
  return text === undefined || UNREADABLE.test(text) ? undefined : text;
}

/** UTF-8. */
export function textBytes(text: string): Uint8Array {
  // The encoder is quick with short texts, and slow with long ones that are not ASCII.
  if (text.length < LONG) return encoder.encode(text);
  const { buffer, byteOffset, byteLength } = Buffer.from(text);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A byte a character, for texts of which every byte must survive. */
export const latin1Text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/** A value on the wire: text where the bytes are UTF-8, else the bytes. */
export type Word = string | Uint8Array;

/** Bytes that are no text are copied. */
export const wordOf = (bytes: Uint8Array): Word => exactText(bytes) ?? bytes.slice();

/** The inverse of `wordOf`. */
export const bytesOf = (word: Word): Uint8Array => (typeof word === "string" ? textBytes(word) : word);

/** Any bytes as text, each other bytes another text; `encodeText` gives the same bytes again. */
export function decodeText(bytes: Uint8Array): string {
  const text = exactText(bytes);
  if (text !== undefined && !text.startsWith(BYTES_MARK)) return text;
  return BYTES_MARK + latin1Text(bytes);
}

/** The inverse of `decodeText`. */
export function encodeText(text: string): Uint8Array {
  if (!text.startsWith(BYTES_MARK)) return textBytes(text);
  return Uint8Array.from(Buffer.from(text.slice(1), "latin1"));
}
