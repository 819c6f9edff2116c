/** Bytes as text where that loses nothing. */

/** No bytes; shared, never written to. */
export const NOTHING = new Uint8Array(0);

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// Control characters that no editor shows, and those that YAML or people would take for something else.
const UNREADABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;

/** The text whose UTF-8 is exactly `bytes`, or `undefined`. */
export const exactText = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};

/** The same, if a person can read and edit it as well. */
export const readableText = (bytes: Uint8Array): string | undefined => {
  const text = exactText(bytes);
  return text === undefined || UNREADABLE.test(text) ? undefined : text;
};

/** UTF-8. */
export const textBytes = (text: string): Uint8Array => {
  const { buffer, byteOffset, byteLength } = Buffer.from(text, "utf8");
  return new Uint8Array(buffer, byteOffset, byteLength);
};

/** The same bytes in a buffer of their own: writers of files look at the whole buffer, whatever the view. */
export const ownBytes = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();

/** A byte a character, for texts of which every byte must survive. */
export const latin1Text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/** Whether both hold the same bytes. */
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0;
