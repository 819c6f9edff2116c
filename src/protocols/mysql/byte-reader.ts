/**
 * A cursor over one packet's payload, little-endian as MySQL writes. It reads what is there and throws `FormatError` past
 * the end; it never allocates on the word of a length. Counterpart: `byte-writer.ts`.
 */
import { FormatError } from "../../core/errors.ts";
import { decodeText } from "./text-bytes.ts";

/** Reads forward; views share the payload's memory. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
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
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** 1 to 8 bytes, as an exact number. */
  integer(length: number, isSigned = false): bigint {
    const start = this.#advance(length);
    let value = 0n;
    for (let at = length - 1; at >= 0; at--) value = (value << 8n) | BigInt(this.bytes[start + at] ?? 0);
    return isSigned ? BigInt.asIntN(length * 8, value) : value;
  }

  float(): number {
    return this.#view.getFloat32(this.#advance(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }

  /** A length-encoded integer. */
  count(): bigint {
    const first = this.byte();
    if (first < 0xfb) return BigInt(first);
    if (first === 0xfc) return BigInt(this.int16());
    if (first === 0xfd) return this.integer(3);
    if (first === 0xfe) return this.integer(8);
    throw new FormatError("format.bytes", `0x${first.toString(16)} begins no length`, String(this.#offset - 1));
  }

  /** A length and so many bytes. */
  sized(): Uint8Array {
    const length = this.count();
    if (length > BigInt(this.left)) {
      throw new FormatError("format.bytes", `a packet ends before its ${length} bytes`, String(this.#offset));
    }
    return this.take(Number(length));
  }

  /** Text up to a zero byte. */
  text(): string {
    const end = this.bytes.indexOf(0, this.#offset);
    if (end < 0) throw new FormatError("format.bytes", "a text has no end in this packet", String(this.#offset));
    const bytes = this.take(end - this.#offset);
    this.#offset++;
    return decodeText(bytes);
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (length < 0 || length > this.bytes.length - start) {
      throw new FormatError("format.bytes", `a packet ends before its ${length} bytes`, String(start));
    }
    this.#offset = start + length;
    return start;
  }
}
