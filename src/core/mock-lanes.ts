/**
 * Mocks in the order recorded, sorted into lanes by who may use them, so that the lowest unused one of a lane is found
 * without a walk over the others. Small buckets are scanned; lanes are built only for those that need them.
 */
import type { MockEntry } from "./mock-entry.ts";

/** A test as the lanes know it: one object for one name. */
export interface Owner {
  readonly name: string;
}

/** For whoever asks: mocks of no test, and those whose answers repeat. */
export const SHARED = Symbol("shared");
/** Attributed while several tests ran: the owner is a guess. */
export const UNSURE = Symbol("unsure");

/** Whose mocks are looked at. */
export type Lane = Owner | typeof SHARED | typeof UNSURE;

/** A mock with what replay knows about it. */
export interface Item {
  readonly entry: MockEntry;
  readonly owners: readonly Owner[];
  /** An owner is known by causality or by a lone time window: no other test gets it. */
  readonly sure: boolean;
  /** An owner is likely by what it holds: others get it only after that one. */
  readonly isLikely: boolean;
  /** An owner is known by causality. */
  readonly isCaused: boolean;
  used: boolean;
  /** Who got it first; `null` is start-up and background. */
  usedBy: Owner | null;
}

const SCANNED = 12;

function isIn(item: Item, lane: Lane): boolean {
  if (lane === SHARED) return item.owners.length === 0 || item.entry.reuse === "repeat";
  if (lane === UNSURE) return item.owners.length > 0 && !item.sure;
  return item.owners.includes(lane);
}

function lanesOf(item: Item): Lane[] {
  const lanes: Lane[] = [...item.owners];
  if (isIn(item, SHARED)) lanes.push(SHARED);
  if (isIn(item, UNSURE)) lanes.push(UNSURE);
  return lanes;
}

interface Queue {
  readonly items: Item[];
  /** Everything before it is used. */
  head: number;
}

/** Mocks that have something in common: a key, a shape, or only their peer. Items are added in order. */
export class Bucket {
  readonly items: Item[] = [];
  #queues: Map<Lane, Queue> | undefined;

  add(item: Item): void {
    this.items.push(item);
  }

  /** The lowest unused mock of that lane. */
  first(lane: Lane): Item | undefined {
    for (const item of this.unused(lane)) return item;
    return undefined;
  }

  /** The unused mocks of that lane, in order. */
  *unused(lane: Lane): Generator<Item> {
    if (this.items.length <= SCANNED) {
      for (const item of this.items) if (!item.used && isIn(item, lane)) yield item;
      return;
    }
    const queue = this.#queue(lane);
    if (queue === undefined) return;
    while (queue.items[queue.head]?.used === true) queue.head++;
    for (let index = queue.head; index < queue.items.length; index++) {
      const item = queue.items[index];
      if (item !== undefined && !item.used) yield item;
    }
  }

  /** Of a lane that is used in its order: the last one that was. */
  lastUsed(lane: Lane): Item | undefined {
    if (this.items.length <= SCANNED) return this.items.findLast((item) => item.used && isIn(item, lane));
    const queue = this.#queue(lane);
    if (queue === undefined) return undefined;
    while (queue.items[queue.head]?.used === true) queue.head++;
    return queue.items[queue.head - 1];
  }

  /** Every mock of that lane, used or not, in order. */
  of(lane: Lane): readonly Item[] {
    if (this.items.length <= SCANNED) return this.items.filter((item) => isIn(item, lane));
    return this.#queue(lane)?.items ?? [];
  }

  #queue(lane: Lane): Queue | undefined {
    if (this.#queues === undefined) {
      this.#queues = new Map();
      for (const item of this.items) {
        for (const each of lanesOf(item)) {
          const queue = this.#queues.get(each);
          if (queue === undefined) this.#queues.set(each, { items: [item], head: 0 });
          else queue.items.push(item);
        }
      }
    }
    return this.#queues.get(lane);
  }
}

/** The mocks of one protocol and one peer. */
export class Shelf {
  readonly all = new Bucket();
  readonly byShape = new Map<string, Bucket>();
  /** A key that occurs once, as most do, has no bucket of its own. */
  readonly #byKey = new Map<string, Item | Bucket>();

  add(item: Item): void {
    const { digest, shape } = item.entry.key;
    const held = this.#byKey.get(digest);
    if (held === undefined) this.#byKey.set(digest, item);
    else if (held instanceof Bucket) held.add(item);
    else this.#byKey.set(digest, bucketOf(held, item));
    let alike = this.byShape.get(shape);
    if (alike === undefined) this.byShape.set(shape, (alike = new Bucket()));
    alike.add(item);
    this.all.add(item);
  }

  withKey(digest: string): Bucket | undefined {
    const held = this.#byKey.get(digest);
    return held === undefined || held instanceof Bucket ? held : bucketOf(held);
  }
}

/** Items in their order. */
export function bucketOf(...items: readonly Item[]): Bucket {
  const bucket = new Bucket();
  for (const item of items) bucket.add(item);
  return bucket;
}
