/**
 * Collects a payload of any size: large runs by reference, small ones copied together so that a body of millions of
 * tiny chunks does not become millions of objects. Joined once, at the end.
 */
import { NOTHING } from "./text-bytes.ts";

const SMALL = 2048;
const BLOCK = 256 * 1024;

/** The parts in one piece; `length` is what they come to. */
export const joinBytes = (parts: readonly Uint8Array[], length: number): Uint8Array => {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};

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
    const [first] = parts;
    this.#parts = [];
    if (parts.length <= 1) return first ?? NOTHING;
    return joinBytes(parts, this.length);
  }
}
