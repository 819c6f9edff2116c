/** Builds messages: a type byte, a length that counts itself, a body. Counterpart: `body-reader.ts`. */
import { ByteWriter } from "../../core/byte-writer.ts";

/** Writes one message behind the other. */
export class MessageWriter extends ByteWriter {
  #frame = -1;

  constructor() {
    super({ isLittleEndian: false });
  }

  /** Opens a message; `end` closes it. Without a type for the messages of the start-up. */
  begin(type: number | null): this {
    if (type !== null) this.byte(type);
    this.#frame = this.length;
    return this.int32(0);
  }

  end(): this {
    return this.int32At(this.#frame, this.length - this.#frame);
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
}

/** One message in one expression. */
export function message(type: number | null, write?: (body: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter().begin(type);
  write?.(writer);
  return writer.end().finish();
}
