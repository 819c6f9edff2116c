/** Rows of numbers that lie one after the other, for what a recording has hundreds of thousands of. */

const FIRST_ROWS = 1_024;

export class NumberColumns {
  readonly #width: number;
  #values: Float64Array;
  #count = 0;

  constructor(width: number) {
    this.#width = width;
    this.#values = new Float64Array(width * FIRST_ROWS);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a row and gives its number. */
  add(...row: readonly number[]): number {
    const at = this.#count * this.#width;
    if (at === this.#values.length) {
      const grown = new Float64Array(2 * at);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values.set(row, at);
    return this.#count++;
  }

  /** A row's value in that column; 0 where there is no such row. */
  at(row: number, column: number): number {
    return row < this.#count ? (this.#values[row * this.#width + column] ?? 0) : 0;
  }

  put(row: number, column: number, value: number): void {
    this.#values[row * this.#width + column] = value;
  }
}
