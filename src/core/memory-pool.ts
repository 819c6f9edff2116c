/**
 * The pools of one test set in replay: which mock answers which request (design 6), and what was used for which test.
 * A request is answered only by mocks of its own protocol and peer, and never by one that surely belongs to another
 * test. Time per request does not depend on the number of mocks; the contract is `pool.ts`.
 */
import type { Difference } from "./diff.ts";
import { Endpoints } from "./endpoints.ts";
import type { Miss } from "./exchange.ts";
import type { MockEntry } from "./mock-entry.ts";
import { type Item, type Owner, Shelf } from "./mock-lanes.ts";
import { PeerPool, type PoolState } from "./peer-pool.ts";
import type { Certainty, Pool } from "./pool.ts";
import type { Peer } from "./protocol.ts";
import type { Mapping } from "./test-case.ts";
import type { Served, TestUsage, Usage } from "./usage.ts";

/** What matching needs to know beside the mocks. */
export interface PoolOptions {
  readonly mappings: readonly Mapping[];
  /** Of the differences from a recorded request those that count: the others are known to vary. */
  counts(mock: MockEntry, differences: readonly Difference[]): readonly Difference[];
  /**
   * Given where it is to be learned what varies: told of every request that was answered though it differs. What nothing
   * answers is then given the likeliest answer of the running test, and counts as missed all the same.
   */
  readonly varied?: (mock: MockEntry, differences: readonly Difference[]) => void;
  /** Whether something was learned of this very mock that does not stand in its file. */
  readonly isLearned?: (mock: MockEntry) => boolean;
  /** What is served in place of a mock's spec, whose values may have become others; as it is if left out. */
  readonly rewritten?: (mock: MockEntry, spec: unknown) => unknown;
  /** From which likeness on an answer is given where a protocol knows likeness; 0.8 if left out. */
  readonly similarFrom?: number;
}

/** The mocks of one test set. */
export interface Pools {
  poolFor<Spec = unknown>(protocol: string, peer: Pick<Peer, "host" | "address" | "port">): Pool<Spec>;
  /** From here on requests belong to this test; `null` for start-up and in between. */
  run(test: string | null): void;
  /** How many of the test's own mocks nobody has asked for; calls that come after the response make it fall late. */
  pending(test: string): number;
  /**
   * How many of the test's own mocks only it would ask for: what is also asked while no test runs (a poll) may have come
   * into its time by chance.
   */
  telling(test: string): number;
  /** A session's miss. One that a pool has counted already, as `take` does, is not counted twice. */
  miss(miss: Miss): void;
  usageOf(test: string | null): Omit<TestUsage, "test">;
  /** Mocks of no test whose request was never made, of those that do not repeat by nature; one for each request. */
  forgotten(): readonly MockEntry[];
  /** Called after every answer given; one listener, the last one set. */
  onServed(listener: () => void): void;
  /** Called whenever what a pool gives may be another: a mock was used up, another test runs. One listener, the last set. */
  onChange(listener: () => void): void;
  usage(): Usage;
}

/** Reads the entries once; they need not be sorted. */
export function createPools(mocks: Iterable<MockEntry>, options: PoolOptions): Pools {
  return new MemoryPools(mocks, options);
}

const UNOWNED: Attributed = { owners: [], sure: false, isLikely: false, isCaused: false };

interface Ledger {
  readonly served: Served[];
  readonly missed: Miss[];
  /** Those of `missed` that a pool has counted and no session has told of. */
  readonly untold: Set<Miss>;
}

class MemoryPools implements Pools, PoolState {
  readonly similarFrom: number;
  readonly counts: PoolOptions["counts"];
  readonly varied: PoolOptions["varied"];
  readonly isLearned: (mock: MockEntry) => boolean;
  readonly rewritten: PoolOptions["rewritten"];
  running: Owner | null = null;
  readonly #owners = new Map<string, Owner>();
  readonly #owned = new Map<Owner, Item[]>();
  readonly #endpoints = new Endpoints();
  /** By protocol, then by `port endpoint`; the mocks that name no destination are under the empty text. */
  readonly #shelves = new Map<string, Map<string, Shelf>>();
  readonly #ledgers = new Map<Owner | null, Ledger>();
  /** The order of the first mock that any test owns: before it, the app starts up. */
  #firstOwned = Infinity;
  #recorded = 0;
  #served = 0;
  #onServed: () => void = () => {};
  #onChange: () => void = () => {};

  constructor(mocks: Iterable<MockEntry>, options: PoolOptions) {
    this.similarFrom = options.similarFrom ?? 0.8;
    this.counts = (mock, differences) => options.counts(mock, differences);
    this.varied = options.varied;
    this.isLearned = options.isLearned ?? (() => false);
    this.rewritten = options.rewritten;
    const entries = inOrder(mocks);
    for (const { destination } of entries) {
      if (destination !== null) this.#endpoints.join(destination.host, destination.address);
    }
    const attributed = this.#attributions(options.mappings);
    for (const entry of entries) this.#add(entry, attributed.get(entry.name));
    this.#recorded = entries.length;
  }

  poolFor<Spec>(protocol: string, peer: Pick<Peer, "host" | "address" | "port">): Pool<Spec> {
    const shelves = this.#shelves.get(protocol);
    const endpoint = this.#endpoints.find(peer.host, peer.address);
    const found = [shelves?.get(""), endpoint === undefined ? undefined : shelves?.get(`${peer.port} ${endpoint}`)];
    const mine = found.filter((shelf) => shelf !== undefined);
    const elsewhere = () => [...(shelves?.values() ?? [])].filter((shelf) => !mine.includes(shelf));
    const at = (host: string, port: number) => shelves?.get(`${port} ${this.#endpoints.find(host, host) ?? ""}`);
    const place = { protocol, destination: `${peer.host}:${peer.port}`, shelves: mine, elsewhere, at };
    return new PeerPool(this, place) as unknown as Pool<Spec>;
  }

  run(test: string | null): void {
    this.running = test === null ? null : this.#owner(test);
    this.ledger();
    this.#onChange();
  }

  pending(test: string): number {
    return this.#unused(this.#owner(test)).length;
  }

  telling(test: string): number {
    return (this.#owned.get(this.#owner(test)) ?? []).filter(
      (item) => item.entry.reuse === "once" && !this.#isAmbient(item),
    ).length;
  }

  /** The background asks the same, not only at start-up. */
  #isAmbient({ entry }: Item): boolean {
    const alike = this.#shelves.get(entry.protocol)?.get(this.#placeOf(entry))?.withKey(entry.key.digest)?.items ?? [];
    return alike.some((item) => item.owners.length === 0 && item.entry.order > this.#firstOwned);
  }

  #placeOf({ destination: to }: MockEntry): string {
    return to === null ? "" : `${to.port} ${this.#endpoints.find(to.host, to.address) ?? ""}`;
  }

  /** What is written down for the running test. */
  ledger(): Ledger {
    let ledger = this.#ledgers.get(this.running);
    if (ledger === undefined) this.#ledgers.set(this.running, (ledger = { served: [], missed: [], untold: new Set() }));
    return ledger;
  }

  use(item: Item, certainty: Certainty): void {
    const own = this.running !== null && item.owners.includes(this.running);
    const isShared = item.owners.length === 0 || item.entry.reuse === "repeat";
    const from = isShared ? "background" : own ? "test" : "overlap";
    const { name, protocol } = item.entry;
    this.ledger().served.push({ mock: name, protocol, certainty, from, repeated: item.used });
    const isFirst = !item.used;
    if (isFirst) {
      item.used = true;
      item.usedBy = this.running;
      this.#served++;
    }
    this.#onServed();
    // What is said again changes nothing: a silence that is looked at on every change would be a change for ever.
    if (isFirst) this.#onChange();
  }

  onServed(listener: () => void): void {
    this.#onServed = listener;
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  isPreceded({ entry }: Item): boolean {
    const mine = this.running === null ? [] : (this.#owned.get(this.running) ?? []);
    return mine.some((other) => other.used && other.entry.reuse === "once" && other.entry.order < entry.order);
  }

  /** What is guessed to be the test's own, or is asked in the background as well, is not waited for. */
  isDue({ entry }: Item): boolean {
    if (this.running === null || entry.reuse === "repeat") return true;
    return !(this.#owned.get(this.running) ?? []).some((other) => {
      const isBefore = !other.used && other.entry.order < entry.order;
      return isBefore && other.sure && other.entry.reuse === "once" && !this.#isAmbient(other);
    });
  }

  /** What `take` could not answer. */
  missed(miss: Miss): void {
    this.ledger().missed.push(miss);
    this.ledger().untold.add(miss);
  }

  miss(miss: Miss): void {
    const { missed, untold } = this.ledger();
    for (const counted of untold) {
      const same = counted.protocol === miss.protocol && counted.asked === miss.asked;
      if (same || (counted.nearest !== null && counted.nearest === miss.nearest)) {
        untold.delete(counted);
        return;
      }
    }
    missed.push(miss);
  }

  usageOf(test: string | null): Omit<TestUsage, "test"> {
    const owner = test === null ? null : this.#owner(test);
    const ledger = this.#ledgers.get(owner);
    const unused = owner === null ? [] : this.#unused(owner).map((item) => item.entry.name);
    return { served: [...(ledger?.served ?? [])], missed: [...(ledger?.missed ?? [])], unused };
  }

  forgotten(): readonly MockEntry[] {
    const shelves = [...this.#shelves.values()].flatMap((places) => [...places.values()]);
    return shelves
      .flatMap((shelf) =>
        shelf.all.items.filter(({ owners, entry }) => {
          if (owners.length > 0 || entry.reuse === "repeat") return false;
          const alike = shelf.withKey(entry.key.digest)?.items ?? [];
          return alike[0]?.entry === entry && alike.every(({ used }) => !used);
        }),
      )
      .map(({ entry }) => entry)
      .sort((a, b) => a.order - b.order);
  }

  usage(): Usage {
    const names = [...this.#ledgers.keys()].map((owner) => owner?.name ?? null);
    const tests = names.map((test) => ({ test, ...this.usageOf(test) }));
    const missed = tests.reduce((sum, test) => sum + test.missed.length, 0);
    const unused = new Set(tests.flatMap((test) => test.unused)).size;
    return { tests, totals: { recorded: this.#recorded, served: this.#served, missed, unused } };
  }

  #unused(owner: Owner): Item[] {
    return (this.#owned.get(owner) ?? []).filter((item) => !item.used && item.entry.reuse === "once");
  }

  #owner(name: string): Owner {
    let owner = this.#owners.get(name);
    if (owner === undefined) this.#owners.set(name, (owner = { name }));
    return owner;
  }

  #attributions(mappings: readonly Mapping[]): Map<string, Attributed> {
    const attributed = new Map<string, Attributed>();
    for (const mapping of mappings) {
      const owner = this.#owner(mapping.test);
      for (const { name, by } of mapping.mocks) {
        const held = attributed.get(name);
        attributed.set(name, {
          owners: [...(held?.owners ?? []), owner],
          sure: held?.sure === true || by === "exact" || by === "window",
          isLikely: held?.isLikely === true || by === "likely",
          isCaused: held?.isCaused === true || by === "exact",
        });
      }
    }
    return attributed;
  }

  #add(entry: MockEntry, attributed: Attributed | undefined): void {
    const { owners, sure, isLikely, isCaused } = attributed ?? UNOWNED;
    const item: Item = { entry, owners, sure, isLikely, isCaused, used: false, usedBy: null };
    for (const owner of owners) {
      const owned = this.#owned.get(owner);
      if (owned === undefined) this.#owned.set(owner, [item]);
      else owned.push(item);
    }
    let shelves = this.#shelves.get(entry.protocol);
    if (shelves === undefined) this.#shelves.set(entry.protocol, (shelves = new Map()));
    if (owners.length > 0) this.#firstOwned = Math.min(this.#firstOwned, entry.order);
    const place = this.#placeOf(entry);
    let shelf = shelves.get(place);
    if (shelf === undefined) shelves.set(place, (shelf = new Shelf()));
    shelf.add(item);
  }
}

interface Attributed {
  readonly owners: readonly Owner[];
  readonly sure: boolean;
  readonly isLikely: boolean;
  readonly isCaused: boolean;
}

function inOrder(mocks: Iterable<MockEntry>): MockEntry[] {
  const entries = [...mocks];
  const sorted = entries.every((entry, index) => index === 0 || (entries[index - 1]?.order ?? 0) <= entry.order);
  return sorted ? entries : entries.sort((a, b) => a.order - b.order);
}
