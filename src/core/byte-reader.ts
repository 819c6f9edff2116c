/**
 * A cursor over one message's bytes, in the order of bytes that the protocol has. It reads what is there and throws
 * `FormatError` past the end; it never allocates on the word of a length. Counterpart: `byte-writer.ts`.
 */
import { decodeText } from "../lib/bytes/text.ts";
import { FormatError } from "./errors.ts";

export interface ReaderOptions {
  readonly isLittleEndian: boolean;
  readonly offset?: number;
}

/** Reads forward; views share the message's memory. Protocols add what only they have. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #isLittleEndian: boolean;
  #offset: number;

  constructor(bytes: Uint8Array, { isLittleEndian, offset = 0 }: ReaderOptions) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittleEndian = isLittleEndian;
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.bytes.length - this.#offset;
  }

  byte(): number {
    return this.#view.getUint8(this.advance(1));
  }

  int16(): number {
    return this.#view.getInt16(this.advance(2), this.#isLittleEndian);
  }

  uint16(): number {
    return this.#view.getUint16(this.advance(2), this.#isLittleEndian);
  }

  int32(): number {
    return this.#view.getInt32(this.advance(4), this.#isLittleEndian);
  }

  uint32(): number {
    return this.#view.getUint32(this.advance(4), this.#isLittleEndian);
  }

  float(): number {
    return this.#view.getFloat32(this.advance(4), this.#isLittleEndian);
  }

  double(): number {
    return this.#view.getFloat64(this.advance(8), this.#isLittleEndian);
  }

  take(length: number): Uint8Array {
    const start = this.advance(length);
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

  /** The message must be read to its end. */
  finish(): void {
    if (this.left !== 0) {
      throw new FormatError("format.bytes", `${this.left} bytes are left over in a message`, String(this.#offset));
    }
  }

  /** Passes over so many bytes, and gives where they begin. */
  protected advance(length: number): number {
    const start = this.#offset;
    if (length < 0 || length > this.bytes.length - start) {
      throw new FormatError("format.bytes", `a message ends before its ${length} bytes`, String(start));
    }
    this.#offset = start + length;
    return start;
  }
}
