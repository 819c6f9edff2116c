/** Builds a packet's payload, little-endian. Counterpart: `payload-reader.ts`. */
import { ByteWriter } from "../../core/byte-writer.ts";

/** Writes numbers and bytes of the lengths that MySQL gives them. */
export class PayloadWriter extends ByteWriter {
  constructor() {
    super({ isLittleEndian: true });
  }

  integer(value: bigint, length: number): this {
    for (let at = 0; at < length; at++) this.byte(Number((value >> BigInt(8 * at)) & 0xffn));
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
}
