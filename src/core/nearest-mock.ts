/**
 * For a miss: the mock that came nearest, and what differs. It only explains; what it names is not served.
 * The number of mocks looked into is bounded, since each may have to be parsed.
 */
import type { Difference } from "./diff.ts";
import type { Ask } from "./pool.ts";
import type { Item, Owner, Shelf } from "./mock-lanes.ts";
import { showDifference } from "./show-difference.ts";

const CANDIDATES = 200;
const LINES = 12;

/** Where to look, nearest places first. */
export interface Search {
  readonly shelves: readonly Shelf[];
  /** The same protocol's mocks at other peers. */
  readonly elsewhere: readonly Shelf[];
  readonly running: Owner | null;
  readonly digest: string;
  /** `host:port`, as asked. */
  readonly destination: string;
  /** Without what is known to vary. */
  counts(item: Item, differences: readonly Difference[]): readonly Difference[];
}

/** What `Take` and `Miss` carry. */
export type Nearest = { readonly mock: string; readonly differs: readonly string[] } | null;

/** The first place that holds any mock decides; there the one with the fewest differences, unused ones first. */
export function nearestMock(ask: Ask<unknown>, search: Search): Nearest {
  for (const { items, away, awaited } of places(ask, search)) {
    let best: { item: Item; differences: readonly Difference[] } | undefined;
    let looked = 0;
    for (const item of items) {
      if (looked++ >= CANDIDATES) break;
      const differences = search.counts(item, ask.differs(item.entry.load()));
      if (awaited && item.used && differences.length > 0) continue;
      if (best === undefined || rank(item, differences, search) < rank(best.item, best.differences, search)) {
        best = { item, differences };
      }
    }
    if (best !== undefined)
      return { mock: best.item.entry.name, differs: explain(best.item, best.differences, search, away) };
  }
  return null;
}

/** `awaited`: only those that nobody asked for yet, or that were asked for just so. */
interface Place {
  readonly items: Iterable<Item>;
  readonly away: boolean;
  readonly awaited?: boolean;
}

/** What the running test still waits for tells more of a changed program than the same request of another test. */
function* places(ask: Ask<unknown>, search: Search): Generator<Place> {
  const { shelves, elsewhere, running, digest } = search;
  const shape = ask.key.shape;
  const mine = running === null ? [] : ofAll(shelves, (shelf) => shelf.byShape.get(shape)?.of(running));
  yield { items: mine, away: false, awaited: true };
  yield { items: shelves.flatMap((shelf) => shelf.withKey(digest)?.items ?? []), away: false };
  yield { items: elsewhere.flatMap((shelf) => shelf.withKey(digest)?.items ?? []), away: true };
  if (running !== null) yield { items: ofAll(shelves, (shelf) => shelf.byShape.get(shape)?.of(running)), away: false };
  yield { items: ofAll(shelves, (shelf) => shelf.byShape.get(shape)?.items), away: false };
  if (running !== null) yield { items: ofAll(shelves, (shelf) => shelf.all.of(running)), away: false };
  yield { items: ofAll(shelves, (shelf) => shelf.all.items), away: false };
  yield { items: ofAll(elsewhere, (shelf) => shelf.byShape.get(shape)?.items), away: true };
  yield { items: ofAll(elsewhere, (shelf) => shelf.all.items), away: true };
}

function* ofAll(shelves: readonly Shelf[], pick: (shelf: Shelf) => readonly Item[] | undefined): Generator<Item> {
  for (const shelf of shelves) yield* pick(shelf) ?? [];
}

function rank(item: Item, differences: readonly Difference[], search: Search): number {
  const mine = search.running !== null && item.owners.includes(search.running);
  return differences.length * 4 + (item.used ? 2 : 0) + (mine ? 0 : 1);
}

function explain(item: Item, differences: readonly Difference[], search: Search, away: boolean): string[] {
  const lines = differences.slice(0, LINES).map(showDifference);
  if (differences.length > LINES) lines.push(`and ${differences.length - LINES} more`);
  const to = item.entry.destination;
  if (away && to !== null) lines.unshift(`destination: ${to.host}:${to.port} -> ${search.destination}`);
  const foreign = item.owners.length > 0 && (search.running === null || !item.owners.includes(search.running));
  if (foreign) lines.push(`${item.sure ? "belongs" : "probably belongs"} to test ${item.owners[0]?.name ?? ""}`);
  if (item.used && differences.length === 0) {
    lines.push(
      `already served to ${item.usedBy === null ? "start-up or background work" : `test ${item.usedBy.name}`}`,
    );
  }
  return lines;
}
