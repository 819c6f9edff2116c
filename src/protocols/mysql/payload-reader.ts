/** A cursor over one packet's payload, little-endian as MySQL writes. Counterpart: `payload-writer.ts`. */
import { ByteReader } from "../../core/byte-reader.ts";
import { FormatError } from "../../core/errors.ts";

/** Reads numbers and bytes of the lengths that MySQL gives them. */
export class PayloadReader extends ByteReader {
  constructor(bytes: Uint8Array, offset = 0) {
    super(bytes, { isLittleEndian: true, offset });
  }

  /** 1 to 8 bytes, as an exact number. */
  integer(length: number, isSigned = false): bigint {
    const start = this.advance(length);
    let value = 0n;
    for (let at = length - 1; at >= 0; at--) value = (value << 8n) | BigInt(this.bytes[start + at] ?? 0);
    return isSigned ? BigInt.asIntN(length * 8, value) : value;
  }

  /** A length-encoded integer. */
  count(): bigint {
    const first = this.byte();
    if (first < 0xfb) return BigInt(first);
    if (first === 0xfc) return BigInt(this.uint16());
    if (first === 0xfd) return this.integer(3);
    if (first === 0xfe) return this.integer(8);
    throw new FormatError("format.bytes", `0x${first.toString(16)} begins no length`, String(this.offset - 1));
  }

  /** A length and so many bytes. */
  sized(): Uint8Array {
    const length = this.count();
    if (length > BigInt(this.left)) {
      throw new FormatError("format.bytes", `a packet ends before its ${length} bytes`, String(this.offset));
    }
    return this.take(Number(length));
  }
}
