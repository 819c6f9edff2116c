/** Strings on the wire: any bytes. Text where they are UTF-8, else the bytes themselves. */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A word of a command, or a string in a reply. */
export type Word = string | Uint8Array;

/** The text whose UTF-8 is exactly `bytes`, else a copy of the bytes. */
export function wordOf(bytes: Uint8Array): Word {
  try {
    return strict.decode(bytes);
  } catch {
    return bytes.slice();
  }
}

export const bytesOf = (word: Word): Uint8Array => (typeof word === "string" ? Buffer.from(word) : word);

/** Short and in one line, for people. */
export function shown(word: Word, most: number): string {
  const text = typeof word === "string" ? word : `\\x${Buffer.from(word.subarray(0, most)).toString("hex")}`;
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, " ");
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
