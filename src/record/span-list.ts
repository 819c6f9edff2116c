/**
 * The times and names of everything that a recording holds, to be attributed at its end. A recording may have hundreds of
 * thousands of tests and mocks, so they lie in columns: 24 bytes each, and every stem of a name once.
 */
import type { Spans } from "../core/attribute.ts";

const FIRST_ROOM = 1_024;

export class SpanList implements Spans {
  #times = new Float64Array(2 * FIRST_ROOM);
  #names = new Uint32Array(2 * FIRST_ROOM);
  #count = 0;
  readonly #stems: string[] = [];
  readonly #stemNumbers = new Map<string, number>();

  get count(): number {
    return this.#count;
  }

  /** `name` is a stem, a dash and a number, as the store gives them. */
  add(name: string, startedAt: number, endedAt: number): void {
    const at = 2 * this.#count++;
    if (at === this.#times.length) this.#grow();
    this.#times[at] = startedAt;
    this.#times[at + 1] = endedAt;
    const dash = name.lastIndexOf("-");
    this.#names[at] = this.#stemNumber(name.slice(0, dash));
    this.#names[at + 1] = Number(name.slice(dash + 1));
  }

  nameOf(index: number): string {
    return `${this.#stems[this.#names[2 * index] ?? 0] ?? ""}-${this.#names[2 * index + 1]}`;
  }

  startOf(index: number): number {
    return this.#times[2 * index] ?? 0;
  }

  endOf(index: number): number {
    return this.#times[2 * index + 1] ?? 0;
  }

  #stemNumber(stem: string): number {
    const known = this.#stemNumbers.get(stem);
    if (known !== undefined) return known;
    this.#stemNumbers.set(stem, this.#stems.length);
    return this.#stems.push(stem) - 1;
  }

  #grow(): void {
    const [times, names] = [this.#times, this.#names];
    this.#times = new Float64Array(2 * times.length);
    this.#times.set(times);
    this.#names = new Uint32Array(2 * names.length);
    this.#names.set(names);
  }
}
