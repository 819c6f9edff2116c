/** Runs of bytes as one, and beside another. */

/** No bytes; shared, never written to. */
export const NOTHING: Uint8Array = new Uint8Array(0);

/** Whether two runs of bytes are the same. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && Buffer.compare(a, b) === 0;

/** The same bytes in a buffer of their own: a view pins the whole, and writers of files look at the whole. */
export const ownBytes = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();

/** The pieces in one; a lone piece is given back as it is. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first === undefined) return NOTHING;
  if (pieces.length === 1) return first;
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

/** The pieces in one; a lone piece is copied only where it pins a larger buffer. */
export const joinBytes = (pieces: readonly Uint8Array[]): Uint8Array => ownBytes(joined(pieces));
