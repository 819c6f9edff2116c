/**
 * Bytes of one direction that came but are not read yet. A run that arrives when nothing waits is kept by reference;
 * only what straddles two runs is copied. Bytes handed out are never written to again.
 */
import { NOTHING } from "./pieces.ts";

const LF = 10;
const CR = 13;

export class ByteQueue {
  #buffer: Uint8Array = NOTHING;
  #start = 0;
  #end = 0;
  /** Whether the buffer is ours to append to. */
  #owned = false;
  /** Up to here no end of a line or head was found; saves looking twice. */
  #searched = 0;

  get size(): number {
    return this.#end - this.#start;
  }

  push(bytes: Uint8Array): void {
    if (this.size === 0) {
      this.#buffer = bytes;
      this.#start = 0;
      this.#end = bytes.length;
      this.#owned = false;
      this.#searched = 0;
      return;
    }
    if (!this.#owned || this.#end + bytes.length > this.#buffer.length) this.#grow(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #grow(more: number): void {
    const buffer = new Uint8Array(Math.max(256, (this.size + more) * 2));
    buffer.set(this.#buffer.subarray(this.#start, this.#end));
    this.#searched = Math.max(0, this.#searched - this.#start);
    this.#end -= this.#start;
    this.#start = 0;
    this.#buffer = buffer;
    this.#owned = true;
  }

  /** At most `most` bytes, and at least one if any is here. */
  take(most: number): Uint8Array {
    const taken = this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + most));
    this.#advance(this.#start + taken.length);
    return taken;
  }

  /** The first byte that waits. */
  peek(): number | undefined {
    return this.size === 0 ? undefined : this.#buffer[this.#start];
  }

  /** Exactly `count` bytes, or `undefined` if so many are not here. */
  exactly(count: number): Uint8Array | undefined {
    return this.size < count ? undefined : this.take(count);
  }

  /** What waits, unread. */
  rest(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  clear(): void {
    this.#advance(this.#end);
  }

  /** A line with its LF, or `undefined` if it is not complete. */
  line(): Uint8Array | undefined {
    const lf = this.#find(Math.max(this.#start, this.#searched));
    if (lf < 0) {
      this.#searched = this.#end;
      return undefined;
    }
    return this.take(lf + 1 - this.#start);
  }

  /** Lines up to and including an empty one, or `undefined`. */
  head(): Uint8Array | undefined {
    let lineStart = this.#start;
    let lf = this.#find(Math.max(this.#start, this.#searched));
    // `#searched` stands at the start of the last incomplete line.
    if (this.#searched > this.#start) lineStart = this.#searched;
    while (lf >= 0) {
      const length = lf - lineStart;
      if (length === 0 || (length === 1 && this.#buffer[lineStart] === CR)) return this.take(lf + 1 - this.#start);
      lineStart = lf + 1;
      lf = this.#find(lineStart);
    }
    this.#searched = lineStart;
    return undefined;
  }

  #find(from: number): number {
    if (from >= this.#end) return -1;
    const found = this.#buffer.indexOf(LF, from);
    return found >= this.#end ? -1 : found;
  }

  #advance(to: number): void {
    this.#start = to;
    this.#searched = to;
    if (to < this.#end) return;
    this.#buffer = NOTHING;
    this.#start = 0;
    this.#end = 0;
    this.#searched = 0;
    this.#owned = false;
  }
}
