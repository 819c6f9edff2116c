/**
 * A cursor over one message's body, big-endian as PostgreSQL writes.
 *
 * It reads what is there and throws `FormatError` past the end; it never allocates on the word of a length.
 * Counterpart: `byte-writer.ts`.
 */
import { FormatError } from "../../core/errors.ts";
import { decodeText } from "./text-bytes.ts";

/** Reads forward; views share the body's memory. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.bytes.length - this.#offset;
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  int16(): number {
    return this.#view.getInt16(this.#advance(2));
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }

  /** Text up to a zero byte. */
  text(): string {
    const end = this.bytes.indexOf(0, this.#offset);
    if (end < 0) throw new FormatError("format.bytes", "a text has no end in this message", String(this.#offset));
    const bytes = this.take(end - this.#offset);
    this.#offset++;
    return decodeText(bytes);
  }

  /** A length and so many bytes, or null for -1. */
  value(): Uint8Array | null {
    const length = this.int32();
    return length === -1 ? null : this.take(length);
  }

  /** A count of 16 bits and so many items; the count alone allocates nothing. */
  list<T>(item: (reader: this) => T): T[] {
    const count = this.#view.getUint16(this.#advance(2));
    const items: T[] = [];
    for (let index = 0; index < count; index++) items.push(item(this));
    return items;
  }

  /** The message must be read to its end. */
  finish(): void {
    if (this.left !== 0) {
      throw new FormatError("format.bytes", `${this.left} bytes are left over in a message`, String(this.#offset));
    }
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (length < 0 || length > this.bytes.length - start) {
      throw new FormatError("format.bytes", `a message ends before its ${length} bytes`, String(start));
    }
    this.#offset = start + length;
    return start;
  }
}
