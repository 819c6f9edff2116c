/** Builds a DNS message: numbers in network order, and names compressed as name servers do it (RFC 1035, 4.1.4). */
import { FormatError } from "../../core/errors.ts";
import { labelsOf } from "./names.ts";

/** A pointer has 14 bits. */
const maxPointer = 0x3fff;

export class MessageWriter {
  readonly #bytes: number[] = [];
  /** Where each name's ending stands, as it was written: compression keeps the case. */
  readonly #endings = new Map<string, number>();

  get length(): number {
    return this.#bytes.length;
  }

  uint(value: number, width: 1 | 2 | 4): void {
    for (let shift = (width - 1) * 8; shift >= 0; shift -= 8) this.#bytes.push((value >>> shift) & 0xff);
  }

  bytes(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  /** Writes a name; `compress` lets it end in a pointer to an equal ending. Later names may point here either way. */
  name(text: string, compress: boolean): void {
    const labels = labelsOf(text);
    if (labels === undefined) throw new FormatError("format.yaml", `"${text}" is not a domain name`, text);
    for (let i = 0; i < labels.length; i++) {
      const ending = labels
        .slice(i)
        .map((label) => Buffer.from(label).toString("hex"))
        .join(".");
      const known = this.#endings.get(ending);
      if (known !== undefined && compress) {
        this.uint(0xc000 | known, 2);
        return;
      }
      if (known === undefined && this.length <= maxPointer) this.#endings.set(ending, this.length);
      const label = labels[i] ?? new Uint8Array(0);
      this.uint(label.length, 1);
      this.bytes(label);
    }
    this.uint(0, 1);
  }

  /** Writes what `fill` writes, behind its length in two bytes. */
  sized(fill: () => void): void {
    const at = this.length;
    this.uint(0, 2);
    fill();
    const size = this.length - at - 2;
    if (size > 0xffff) throw new FormatError("format.yaml", "a DNS record holds more than 65535 bytes", "");
    this.#bytes[at] = size >> 8;
    this.#bytes[at + 1] = size & 0xff;
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
