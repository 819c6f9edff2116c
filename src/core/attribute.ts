/**
 * Which test a mock belongs to, by time alone: the test during which it was asked for. Marked `window` where only one
 * test ran and `overlap` where the owner is a guess. What no test's time contains belongs to none. Causality, where it
 * was recorded, is better and comes from elsewhere.
 */
import type { Attribution, Mapping } from "./test-case.ts";

/** A test or a mock in time; milliseconds since the epoch. */
export interface Span {
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Many spans by number, for whoever cannot hold an object for each. */
export interface Spans {
  readonly count: number;
  nameOf(index: number): string;
  startOf(index: number): number;
  endOf(index: number): number;
}

/**
 * One mapping for each test that has mocks, tests by start, mocks as given. A mock that ends after its only test did is
 * a call that the test did not wait for: likely its own, but not surely.
 */
export function attribute(tests: readonly Span[], mocks: readonly Span[]): Mapping[] {
  return [...mappingsOf(listed(tests), listed(mocks))];
}

/** The same, one mapping after the other: what it holds meanwhile is numbers. */
export function* mappingsOf(tests: Spans, mocks: Spans): Generator<Mapping, void, void> {
  const windows = byStart(tests);
  const owners = ownersOf(mocks, tests, windows);
  const { first, mocksOf } = gather(owners, tests.count);
  for (const test of windows) {
    const held = mocksOf.subarray(first[test], first[test + 1]);
    if (held.length === 0) continue;
    const by = (mock: number): Attribution => (owners.isSure[mock] === 1 ? "window" : "overlap");
    yield { test: tests.nameOf(test), mocks: Array.from(held, (mock) => ({ name: mocks.nameOf(mock), by: by(mock) })) };
  }
}

const listed = (spans: readonly Span[]): Spans => ({
  count: spans.length,
  nameOf: (index) => spans[index]?.name ?? "",
  startOf: (index) => spans[index]?.startedAt ?? 0,
  endOf: (index) => spans[index]?.endedAt ?? 0,
});

const byStart = (spans: Spans): Uint32Array =>
  Uint32Array.from({ length: spans.count }, (_, index) => index).sort((a, b) => spans.startOf(a) - spans.startOf(b));

/** By mock: the test that owns it, or `NOBODY`, and whether that is more than a guess. */
interface Owners {
  readonly test: Uint32Array;
  readonly isSure: Uint8Array;
}

const NOBODY = 0xffff_ffff;

function ownersOf(mocks: Spans, tests: Spans, windows: Uint32Array): Owners {
  const owners = { test: new Uint32Array(mocks.count).fill(NOBODY), isSure: new Uint8Array(mocks.count) };
  const open: number[] = [];
  let next = 0;
  for (const mock of byStart(mocks)) {
    const [at, end] = [mocks.startOf(mock), mocks.endOf(mock)];
    for (let test = windows[next]; test !== undefined && tests.startOf(test) <= at; test = windows[++next])
      open.push(test);
    dropEnded(open, tests, at);
    // Of several, the latest started one that was still running when the answer came, else simply the latest started.
    const likely = open.findLast((test) => tests.endOf(test) >= end) ?? open.at(-1);
    if (likely === undefined) continue;
    owners.test[mock] = likely;
    owners.isSure[mock] = open.length === 1 && tests.endOf(likely) >= end ? 1 : 0;
  }
  return owners;
}

/** In place: with many at a time, a list for each mock is the most of what this needs. */
function dropEnded(open: number[], tests: Spans, at: number): void {
  let kept = 0;
  for (const test of open) if (tests.endOf(test) >= at) open[kept++] = test;
  open.length = kept;
}

/** The mocks sorted by owner, and for each test where its own begin. */
function gather(owners: Owners, tests: number): { readonly first: Uint32Array; readonly mocksOf: Uint32Array } {
  const first = new Uint32Array(tests + 1);
  for (const test of owners.test) if (test !== NOBODY) first[test + 1] = (first[test + 1] ?? 0) + 1;
  for (let test = 0; test < tests; test++) first[test + 1] = (first[test + 1] ?? 0) + (first[test] ?? 0);
  const free = first.slice();
  const mocksOf = new Uint32Array(first[tests] ?? 0);
  for (const [mock, test] of owners.test.entries()) {
    if (test === NOBODY) continue;
    const place = free[test] ?? 0;
    mocksOf[place] = mock;
    free[test] = place + 1;
  }
  return { first, mocksOf };
}
