/**
 * Keeps the garbage of decoding small. Left to itself the collector lets it grow to several times of what is held before it
 * looks; looked for often, what is young costs little to find, and its memory is used again at once.
 */
import { edenGC } from "bun:jsc";

/** Of a journal: from so much come some megabytes of objects. */
const YOUNG_BYTES = 256 << 10;
const ALL_BYTES = 3 << 20;
const ITEMS = 1_000;

/** Collects by how far a journal is decoded. */
export class Collector {
  #youngAt: number;
  #allAt: number;

  /** `position`: where decoding begins. */
  constructor(position: number) {
    [this.#youngAt, this.#allAt] = [position, position];
  }

  /** To be called between pieces of work, when nothing of them is needed any more. */
  decoded(position: number): void {
    if (position - this.#allAt >= ALL_BYTES) {
      [this.#youngAt, this.#allAt] = [position, position];
      Bun.gc(true);
    } else if (position - this.#youngAt >= YOUNG_BYTES) {
      this.#youngAt = position;
      collectYoung();
    }
  }

  /** After the last piece; a short journal has left little. */
  finished(position: number): void {
    if (position > ALL_BYTES) Bun.gc(true);
  }
}

/** What was made since the last time, and is needed no more. */
export const collectYoung = (): void => void edenGC();

/** The same items, collecting what was made for the ones before. */
export function* collecting<Item>(items: Iterable<Item>): Generator<Item, void, void> {
  let count = 0;
  for (const item of items) {
    if (++count % ITEMS === 0) collectYoung();
    yield item;
  }
}
