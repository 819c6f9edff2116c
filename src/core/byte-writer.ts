/** Builds a message's bytes, in the order of bytes that the protocol has. Counterpart: `byte-reader.ts`. */
import { encodeText } from "../lib/bytes/text.ts";

/** Grows as it is written to; `finish` gives the bytes. Protocols add what only they have. */
export class ByteWriter {
  readonly #isLittleEndian: boolean;
  #bytes = new Uint8Array(128);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor({ isLittleEndian }: { isLittleEndian: boolean }) {
    this.#isLittleEndian = isLittleEndian;
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): this {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
    return this;
  }

  /** With or without a sign. */
  int16(value: number): this {
    const at = this.#reserve(2);
    this.#view.setInt16(at, value, this.#isLittleEndian);
    return this;
  }

  /** With or without a sign. */
  int32(value: number): this {
    const at = this.#reserve(4);
    this.#view.setInt32(at, value, this.#isLittleEndian);
    return this;
  }

  float(value: number): this {
    const at = this.#reserve(4);
    this.#view.setFloat32(at, value, this.#isLittleEndian);
    return this;
  }

  double(value: number): this {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, this.#isLittleEndian);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** Text and a zero byte. */
  text(text: string): this {
    return this.raw(encodeText(text)).byte(0);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** In the place of what stands there. */
  protected int32At(at: number, value: number): this {
    this.#view.setInt32(at, value, this.#isLittleEndian);
    return this;
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
