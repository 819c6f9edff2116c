/** Builds messages: a type byte, a length that counts itself, a body. Counterpart: `byte-reader.ts`. */
import { encodeText } from "./text-bytes.ts";

/** Grows as it is written to; `finish` gives the bytes. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #frame = -1;

  get length(): number {
    return this.#length;
  }

  /** Opens a message; `end` closes it. Without a type for the messages of the start-up. */
  begin(type: number | null): this {
    if (type !== null) this.byte(type);
    this.#frame = this.#length;
    return this.int32(0);
  }

  end(): this {
    this.#view.setInt32(this.#frame, this.#length - this.#frame);
    return this;
  }

  byte(value: number): this {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
    return this;
  }

  int16(value: number): this {
    const at = this.#reserve(2);
    this.#view.setInt16(at, value);
    return this;
  }

  int32(value: number): this {
    const at = this.#reserve(4);
    this.#view.setInt32(at, value);
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

  /** A length and the bytes, or -1 for null. */
  value(bytes: Uint8Array | null): this {
    return bytes === null ? this.int32(-1) : this.int32(bytes.length).raw(bytes);
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.int16(items.length);
    for (const item of items) write(item);
    return this;
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

/** One message in one expression. */
export function message(type: number | null, write?: (body: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter().begin(type);
  write?.(writer);
  return writer.end().finish();
}
