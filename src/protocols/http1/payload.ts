/**
 * Collects a payload of any size: large runs by reference, small ones copied together so that a body of millions of
 * tiny chunks does not become millions of objects. Joined once, at the end.
 */
import { joined, NOTHING } from "../../lib/bytes/pieces.ts";

const SMALL = 2048;
const BLOCK = 256 * 1024;

export class Payload {
  #parts: Uint8Array[] = [];
  #block: Uint8Array = NOTHING;
  #blockStart = 0;
  #blockEnd = 0;
  length = 0;

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.length += bytes.length;
    if (bytes.length > SMALL || this.#parts.length + this.#blockEnd - this.#blockStart === 0) {
      this.#seal();
      this.#parts.push(bytes);
      return;
    }
    if (this.#blockEnd + bytes.length > this.#block.length) {
      this.#seal();
      this.#block = new Uint8Array(Math.min(BLOCK, Math.max(SMALL, this.length * 2)));
      this.#blockStart = this.#blockEnd = 0;
    }
    this.#block.set(bytes, this.#blockEnd);
    this.#blockEnd += bytes.length;
  }

  #seal(): void {
    if (this.#blockEnd === this.#blockStart) return;
    this.#parts.push(this.#block.subarray(this.#blockStart, this.#blockEnd));
    this.#blockStart = this.#blockEnd;
  }

  /** Everything added, in one piece; the collector is empty after that. */
  join(): Uint8Array {
    this.#seal();
    const parts = this.#parts;
    this.#parts = [];
    return joined(parts);
  }
}
