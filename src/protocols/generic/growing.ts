/** Bytes that arrive at one end and are taken at the other; a byte is copied a bounded number of times, however it comes. */
export class Growing {
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;

  /** What is there; not to be kept, since the next `add` may move it. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  add(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#buffer.length) this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The first `length` bytes, which are the caller's to keep. */
  take(length: number): Uint8Array {
    const taken = this.#buffer.slice(this.#start, this.#start + length);
    this.#start += length;
    if (this.#start >= this.#end) this.#start = this.#end = 0;
    return taken;
  }

  #makeRoom(more: number): void {
    const held = this.bytes;
    const room = new Uint8Array(Math.max(256, (held.length + more) * 2));
    room.set(held);
    this.#buffer = room;
    this.#start = 0;
    this.#end = held.length;
  }
}
