/**
 * The mocks of one peer as one connection sees them: the rules of design 6, in order. It answers or says what came
 * nearest; whose requests they are is the state that all connections share (`memory-pool.ts`).
 */
import type { Difference } from "./diff.ts";
import type { Miss } from "./exchange.ts";
import { digestText, type MockEntry } from "./mock-entry.ts";
import { type Bucket, bucketOf, type Item, type Lane, type Owner, SHARED, type Shelf, UNSURE } from "./mock-lanes.ts";
import { likeliestMock } from "./likeliest-mock.ts";
import { nearestMock } from "./nearest-mock.ts";
import type { Ask, Certainty, Pool, Take } from "./pool.ts";

/** Where a connection leads and which mocks were recorded there. */
export interface Place {
  readonly protocol: string;
  /** `host:port` as the app asks for it. */
  readonly destination: string;
  readonly shelves: readonly Shelf[];
  /** The same protocol's mocks of other peers: never served unless asked for, but named by a miss. */
  elsewhere(): readonly Shelf[];
  /** Those of one other peer. */
  at(host: string, port: number): Shelf | undefined;
}

/** What the connections of one run share. */
export interface PoolState {
  readonly running: Owner | null;
  readonly similarFrom: number;
  counts(mock: MockEntry, differences: readonly Difference[]): readonly Difference[];
  readonly varied: ((mock: MockEntry, differences: readonly Difference[]) => void) | undefined;
  isLearned(mock: MockEntry): boolean;
  readonly rewritten: ((mock: MockEntry, spec: unknown) => unknown) | undefined;
  missed(miss: Miss): void;
  use(item: Item, certainty: Certainty): void;
  /** Whether the running test has made the calls that were recorded before it. */
  isDue(item: Item): boolean;
  /** Whether there were any. */
  isPreceded(item: Item): boolean;
}

const CANDIDATES = 200;
/** Of how many mocks with one key the nearest is looked for. */
const NEARER = 64;

/** One connection's view of the mocks. */
export class PeerPool implements Pool<unknown> {
  readonly #pools: PoolState;
  readonly #place: Place;
  #shelves: readonly Shelf[];
  #lastServed: { readonly entry: MockEntry; readonly test: Owner | null } | undefined;

  constructor(pools: PoolState, place: Place) {
    this.#pools = pools;
    this.#place = place;
    this.#shelves = place.shelves;
  }

  take(ask: Ask<unknown>): Take<unknown> {
    this.#shelves = this.#shelvesFor(ask);
    const digest = digestText(ask.key.text);
    const exact = this.#withKey(this.#bucketsOf(digest, ask), ask.isAwaited === true) ?? this.#otherwise(digest, ask);
    if (exact !== undefined) return this.#serve(this.#nearer(exact, digest, ask), "exact", ask.isAwaited !== undefined);
    const noisy = this.#withinNoise(ask);
    if (noisy !== undefined) return this.#serveVaried(noisy, ask);
    const similar = ask.similarity === null ? undefined : this.#similar(ask.key.shape, ask.similarity);
    if (similar !== undefined) return this.#serve(similar, "similar");
    const nearest = nearestMock(ask, {
      shelves: this.#shelves,
      elsewhere: this.#place.elsewhere(),
      running: this.#pools.running,
      digest,
      destination: this.#place.destination,
      counts: ({ entry }, differences) => this.#pools.counts(entry, differences),
    });
    this.#pools.missed({ protocol: this.#place.protocol, asked: ask.key.asked, nearest });
    const likeliest = this.#pools.varied === undefined ? undefined : likeliestMock(ask, this.#candidates(ask.key.shape, this.#lanes())); // prettier-ignore
    if (likeliest !== undefined) return this.#serveVaried(likeliest, ask);
    return { found: false, nearest };
  }

  #shelvesFor({ alsoAt = [] }: Ask<unknown>): readonly Shelf[] {
    const { shelves, at } = this.#place;
    const others = alsoAt.map(({ host, port }) => at(host, port)).filter((shelf) => shelf !== undefined);
    return others.length === 0 ? shelves : [...new Set([...shelves, ...others])];
  }

  /** Lazy, since most callers want the first one of a bucket that may be large. */
  *recall(shape: string, isAnywhere = false): Iterable<unknown> {
    const shelves = isAnywhere ? [...this.#place.shelves, ...this.#place.elsewhere()] : this.#place.shelves;
    const buckets = shelves.map((shelf) => shelf.byShape.get(shape)?.items ?? []);
    const filled = buckets.filter((items) => items.length > 0);
    const [only = []] = filled;
    const items = filled.length < 2 ? only : filled.flat().sort((a, b) => a.entry.order - b.entry.order);
    for (const item of items) yield item.entry.load();
  }

  #serve(item: Item, certainty: Certainty, isAwaited = false): Take<unknown> {
    const held = item.entry.load();
    const spec = this.#pools.rewritten === undefined ? held : this.#pools.rewritten(item.entry, held);
    if (item.entry.reuse === "once") this.#lastServed = { entry: item.entry, test: this.#pools.running };
    this.#pools.use(item, certainty);
    const take = { found: true, spec, mock: item.entry.name, certainty } as const;
    return isAwaited ? { ...take, isPreceded: this.#pools.isPreceded(item) } : take;
  }

  #serveVaried(item: Item, ask: Ask<unknown>): Take<unknown> {
    this.#pools.varied?.(item.entry, ask.differs(item.entry.load()));
    return this.#serve(item, "noise");
  }

  /**
   * What surely is the running test's own, what likely is, what follows the last answer on its recorded connection, what is
   * guessed to be its own, then the others. A guessed owner's unused answer goes before a repeated one of the background: what was
   * recorded for this very moment is likelier right than what was true at start-up.
   */
  #withKey(buckets: readonly Bucket[], isAwaited: boolean): Item | undefined {
    if (buckets.length === 0) return undefined;
    const { running } = this.#pools;
    if (running !== null) {
      const isFit = (item: Item) => !isAwaited || !item.sure || this.#pools.isDue(item);
      const own = lowest(buckets, running, (item) => item.sure && isFit(item));
      const following = this.#following(buckets);
      if (own !== undefined) return following !== undefined && isBefore(following, own) ? following : own;
      const likely = lowest(buckets, running, (each) => each.isLikely && isFit(each));
      const item = likely ?? following ?? firstOfItsConnection(buckets, lowest(buckets, running, isFit));
      if (item !== undefined) return item;
    }
    return (
      lowest(buckets, SHARED, (item) => !this.#isSurelyAnothers(item)) ??
      lastRepeated(buckets) ??
      lowest(buckets, SHARED) ??
      firstOfItsConnection(buckets, lowest(buckets, UNSURE)) ??
      last(buckets) ??
      (running === null ? pastOfATest(buckets) : undefined)
    );
  }

  /** Which of the mocks that might stand in the place of the one found is meant. */
  #nearer(found: Item, digest: string, { distance }: Ask<unknown>): Item {
    if (distance === undefined || found.used || found.entry.reuse === "repeat") return found;
    const lane = found.owners[0] ?? SHARED;
    const others = this.#shelves.flatMap((shelf) => firstFew(shelf.withKey(digest)?.unused(lane) ?? []));
    if (others.length < 2) return found;
    let nearest = { item: found, at: distance(found.entry.load()) };
    for (const item of others) {
      if (nearest.at === 0) break;
      if (item === found || !isInPlaceOf(item, found)) continue;
      const at = distance(item.entry.load());
      if (at < nearest.at) nearest = { item, at };
    }
    return nearest.item;
  }

  #bucketsOf(digest: string, { anywhere }: Ask<unknown>): readonly Bucket[] {
    const withKey = (shelves: readonly Shelf[]) =>
      shelves.map((shelf) => shelf.withKey(digest)).filter((bucket) => bucket !== undefined);
    const mine = withKey(this.#shelves);
    if (anywhere === undefined) return mine;
    const items = [...mine, ...withKey(this.#place.elsewhere())].flatMap((bucket) => bucket.items);
    const fit = items.filter(({ entry }) => anywhere(entry.load())).sort((a, b) => a.entry.order - b.entry.order);
    return fit.length === 0 ? mine : [bucketOf(...fit)];
  }

  #otherwise(digest: string, { otherwise }: Ask<unknown>): Item | undefined {
    if (otherwise === undefined) return undefined;
    const items = this.#place
      .elsewhere()
      .flatMap((shelf) => shelf.withKey(digest)?.items ?? [])
      .filter(({ entry }) => entry.destination !== null && otherwise(entry.load(), entry.destination))
      .sort((a, b) => a.entry.order - b.entry.order);
    return this.#withKey(items.length === 0 ? [] : [bucketOf(...items)], false);
  }

  /** A program keeps to a connection while it is about one thing, as in a transaction. */
  #following(buckets: readonly Bucket[]): Item | undefined {
    const { entry, test } = this.#lastServed ?? {};
    if (entry?.connection === undefined || test !== this.#pools.running) return undefined;
    const { connection, order } = entry;
    return lowest(buckets, UNSURE, (item) => item.entry.connection === connection && item.entry.order > order);
  }

  #isSurelyAnothers({ owners, sure }: Item): boolean {
    const { running } = this.#pools;
    return sure && (running === null || !owners.includes(running));
  }

  #isAnothers({ owners, entry }: Item): boolean {
    const { running } = this.#pools;
    return owners.length > 0 && entry.reuse === "once" && (running === null || !owners.includes(running));
  }

  /** Whose mocks may answer the running test, in the order of preference. */
  #lanes(): Lane[] {
    const { running } = this.#pools;
    return running === null ? [SHARED, UNSURE] : [running, SHARED, UNSURE];
  }

  #withinNoise(ask: Ask<unknown>): Item | undefined {
    for (const item of this.#candidates(ask.key.shape, this.#lanes())) {
      // What was learned of this very mock is about one call; what holds for a protocol might fit another test's as well.
      const isItsOwn = item.entry.noise !== undefined || this.#pools.isLearned(item.entry);
      if (!isItsOwn && this.#isAnothers(item)) continue;
      const differences = ask.differs(item.entry.load());
      if (differences.length > 0 && this.#pools.counts(item.entry, differences).length === 0) return item;
    }
    return undefined;
  }

  #similar(shape: string, similarity: (recorded: unknown) => number): Item | undefined {
    let best: Item | undefined;
    let bestLikeness = this.#pools.similarFrom;
    for (const item of this.#candidates(shape, this.#lanes())) {
      const likeness = similarity(item.entry.load());
      if (best === undefined ? likeness >= bestLikeness : likeness > bestLikeness)
        [best, bestLikeness] = [item, likeness];
    }
    return best;
  }

  /** Unused mocks of the same shape, lane by lane, then what may repeat, then those of any shape; bounded. */
  *#candidates(shape: string, lanes: readonly Lane[]): Generator<Item> {
    const alike = this.#shelves.map((shelf) => shelf.byShape.get(shape)).filter((bucket) => bucket !== undefined);
    const seen = new Set<Item>();
    const offer = function* (items: Iterable<Item>): Generator<Item> {
      for (const item of items) {
        if (seen.size >= CANDIDATES) return;
        if (!seen.has(item)) yield (seen.add(item), item);
      }
    };
    for (const lane of lanes) for (const bucket of alike) yield* offer(bucket.unused(lane));
    const repeatable = last(alike);
    if (repeatable !== undefined) yield* offer([repeatable]);
    for (const lane of lanes) for (const shelf of this.#shelves) yield* offer(shelf.all.unused(lane));
  }
}

function lowest(buckets: readonly Bucket[], lane: Lane, isFit: (item: Item) => boolean = () => true): Item | undefined {
  let best: Item | undefined;
  for (const bucket of buckets) {
    let looked = 0;
    for (const item of bucket.unused(lane)) {
      if (looked++ >= CANDIDATES) break;
      if (!isFit(item)) continue;
      if (best === undefined || item.entry.order < best.entry.order) best = item;
      break;
    }
  }
  return best;
}

function firstFew(items: Iterable<Item>): Item[] {
  const few: Item[] = [];
  for (const item of items) {
    if (few.length === NEARER) break;
    few.push(item);
  }
  return few;
}

/** Whoever may have the one may have the other, for the same reason. */
function isInPlaceOf(item: Item, found: Item): boolean {
  return (
    item.entry.reuse === "once" &&
    item.sure === found.sure &&
    item.isLikely === found.isLikely &&
    item.owners.length === found.owners.length &&
    item.owners.every((owner, index) => owner === found.owners[index])
  );
}

/** Earlier on the same connection. */
function isBefore(one: Item, other: Item): boolean {
  return one.entry.connection === other.entry.connection && one.entry.order < other.entry.order;
}

/** Answers of one connection are given in order, though a guess may have given a later one to this test. */
function firstOfItsConnection(buckets: readonly Bucket[], guessed: Item | undefined): Item | undefined {
  const connection = guessed?.entry.connection;
  if (guessed === undefined || connection === undefined) return guessed;
  return lowest(buckets, UNSURE, (item) => item.entry.connection === connection) ?? guessed;
}

/** What was true last, before what becomes so in another test. */
function lastRepeated(buckets: readonly Bucket[]): Item | undefined {
  let best: Item | undefined;
  for (const bucket of buckets) {
    const item = bucket.lastUsed(SHARED);
    if (item?.entry.reuse === "repeat" && (best === undefined || item.entry.order > best.entry.order)) best = item;
  }
  return best;
}

/** The last of the answers that may be given again. */
function last(buckets: readonly Bucket[]): Item | undefined {
  let best: Item | undefined;
  for (const bucket of buckets) {
    const item = bucket.of(SHARED).at(-1);
    if (item !== undefined && (best === undefined || item.entry.order > best.entry.order)) best = item;
  }
  return best;
}

/**
 * For work that goes on between tests, such as a poll whose every turn fell into some test's time: the last answer of a
 * test that has had it. Never one that a test was seen to cause, nor one that is still to come.
 */
function pastOfATest(buckets: readonly Bucket[]): Item | undefined {
  let past: Item | undefined;
  for (const { items } of buckets) {
    const found = items.findLast((item) => item.used && !item.isCaused);
    if (found !== undefined && (past === undefined || found.entry.order > past.entry.order)) past = found;
  }
  return past;
}
