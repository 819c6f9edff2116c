/** A cursor over one message's body, big-endian as PostgreSQL writes. Counterpart: `message-writer.ts`. */
import { ByteReader } from "../../core/byte-reader.ts";

/** Reads values and lists by the lengths that PostgreSQL gives them. */
export class BodyReader extends ByteReader {
  constructor(bytes: Uint8Array) {
    super(bytes, { isLittleEndian: false });
  }

  /** A length and so many bytes, or null for -1. */
  value(): Uint8Array | null {
    const length = this.int32();
    return length === -1 ? null : this.take(length);
  }

  /** A count of 16 bits and so many items; the count alone allocates nothing. */
  list<T>(item: (reader: this) => T): T[] {
    const count = this.uint16();
    const items: T[] = [];
    for (let index = 0; index < count; index++) items.push(item(this));
    return items;
  }
}
