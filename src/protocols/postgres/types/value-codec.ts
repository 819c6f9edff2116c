/** What a type's codec is: binary format to the text that PostgreSQL would print, and back. */

/** Both give undefined for what they do not know; neither throws on any input. */
export interface ValueCodec {
  /** Binary format to text, in the session settings that drivers ask for (ISO dates, hex bytea, UTC). */
  toText(bytes: Uint8Array): string | undefined;
  /** Text to binary format. */
  toBinary(text: string): Uint8Array | undefined;
}

/** A big-endian view of these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** So many bytes, filled through a view. */
export function fill(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  write(viewOf(bytes));
  return bytes;
}
