/**
 * The first bytes of one direction, up to a limit, grown by doubling: one byte at a time costs no more than all at once.
 * What is past the limit is not kept; whoever judges a head has made up its mind by then.
 */

/** How much of one direction is looked at before a connection counts as one that nobody understands. */
export const headLimitBytes = 64 * 1024;

export class Head {
  #buffer = new Uint8Array(0);
  #length = 0;

  /** A view that the next `add` may leave behind. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  add(bytes: Uint8Array): void {
    const taken = bytes.subarray(0, headLimitBytes - this.#length);
    if (this.#length + taken.length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(256, (this.#length + taken.length) * 2));
      grown.set(this.bytes);
      this.#buffer = grown;
    }
    this.#buffer.set(taken, this.#length);
    this.#length += taken.length;
  }
}
