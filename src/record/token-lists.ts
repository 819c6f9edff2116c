/** Lists of hashes by number, one after the other in one array: of most numbers there is none. */

const FIRST_ROOM = 4_096;

export class TokenLists {
  #tokens = new Uint32Array(FIRST_ROOM);
  #used = 0;
  readonly #places = new Map<number, readonly [from: number, to: number]>();

  put(index: number, tokens: Uint32Array): void {
    if (this.#used + tokens.length > this.#tokens.length) {
      const grown = new Uint32Array(2 * this.#tokens.length);
      grown.set(this.#tokens);
      this.#tokens = grown;
    }
    this.#tokens.set(tokens, this.#used);
    this.#places.set(index, [this.#used, (this.#used += tokens.length)]);
  }

  /** How many lists there are. */
  get size(): number {
    return this.#places.size;
  }

  /** `null` where there is none. */
  at(index: number): Uint32Array | null {
    const place = this.#places.get(index);
    return place === undefined ? null : this.#tokens.subarray(...place);
  }
}
