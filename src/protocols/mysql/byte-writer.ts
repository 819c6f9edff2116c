/** Builds a packet's payload, little-endian. Counterpart: `byte-reader.ts`. */
import { encodeText } from "./text-bytes.ts";

/** Grows as it is written to; `finish` gives the bytes. */
export class ByteWriter {
  #bytes = new Uint8Array(128);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  byte(value: number): this {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
    return this;
  }

  int16(value: number): this {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  int32(value: number): this {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  integer(value: bigint, length: number): this {
    for (let at = 0; at < length; at++) this.byte(Number((value >> BigInt(8 * at)) & 0xffn));
    return this;
  }

  float(value: number): this {
    const at = this.#reserve(4);
    this.#view.setFloat32(at, value, true);
    return this;
  }

  double(value: number): this {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** A length-encoded integer, in as few bytes as it needs. */
  count(value: bigint | number): this {
    const number = BigInt(value);
    if (number < 0xfbn) return this.byte(Number(number));
    if (number < 0x10000n) return this.byte(0xfc).int16(Number(number));
    if (number < 0x1000000n) return this.byte(0xfd).integer(number, 3);
    return this.byte(0xfe).integer(number, 8);
  }

  /** A length and the bytes. */
  sized(bytes: Uint8Array): this {
    return this.count(bytes.length).raw(bytes);
  }

  /** Text and a zero byte. */
  text(text: string): this {
    return this.raw(encodeText(text)).byte(0);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
