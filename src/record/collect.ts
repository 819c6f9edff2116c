/**
 * Keeps the garbage of decoding small. Left to itself the collector lets it grow to several times of what is held before it
 * looks; looked for often, what is young costs little to find, and its memory is used again at once.
 */
import { edenGC } from "bun:jsc";

/** Of a journal: from so much come some megabytes of objects. Less of them takes no longer to decode: it stays in the cache. */
const YOUNG_BYTES = 64 << 10;
const ALL_BYTES = 3 << 20;
/** As many as mappings.yaml has laid out at once: when the next one is asked for, nothing of them is held. */
const ITEMS = 1_000;
/** After so many something was held at the wrong moment all the same, and is not found among what is young. */
const MANY_ITEMS = 16 * ITEMS;
const MANY_RESTS = 16;

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

/** To be called when what was made is needed no more: what is young, and of many tests every few calls all. */
export function rests(tests: number): () => void {
  let calls = 0;
  return () => {
    if (tests >= MANY_ITEMS && ++calls % MANY_RESTS === 0) Bun.gc(true);
    else collectYoung();
  };
}

/** The same items, collecting what was made for the ones before. */
export function* collecting<Item>(items: Iterable<Item>): Generator<Item, void, void> {
  let count = 0;
  for (const item of items) {
    if (count > 0 && count % MANY_ITEMS === 0) Bun.gc(true);
    else if (count > 0 && count % ITEMS === 0) collectYoung();
    count++;
    yield item;
  }
}
