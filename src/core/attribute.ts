/**
 * Which test a mock belongs to, by time alone: the test during which it was asked for. Marked `window` where only one
 * test ran and `overlap` where the owner is a guess. What no test's time contains belongs to none. Causality, where it
 * was recorded, is better and comes from elsewhere.
 */
import type { Reuse } from "./exchange.ts";
import type { Attribution, Mapping } from "./test-case.ts";

/** A test or a mock in time; milliseconds since the epoch. */
export interface Span {
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * One mapping for each test that has mocks, tests by start, mocks as given. A mock that ends after its only test did is
 * a call that the test did not wait for: likely its own, but not surely.
 */
export function attribute(tests: readonly Span[], mocks: readonly (Span & { readonly reuse: Reuse })[]): Mapping[] {
  const windows = [...tests].sort((a, b) => a.startedAt - b.startedAt);
  const order = mocks.map((_, index) => index).sort((a, b) => startOf(mocks, a) - startOf(mocks, b));
  const owners: (Owned | undefined)[] = [];
  const open: Span[] = [];
  let next = 0;
  for (const index of order) {
    const mock = mocks[index];
    if (mock === undefined) continue;
    for (
      let window = windows[next];
      window !== undefined && window.startedAt <= mock.startedAt;
      window = windows[++next]
    ) {
      open.push(window);
    }
    dropEnded(open, mock.startedAt);
    owners[index] = ownerOf(mock, open);
  }
  return gather(windows, mocks, owners);
}

interface Owned {
  readonly test: string;
  readonly by: Attribution;
}

const startOf = (spans: readonly Span[], index: number): number => spans[index]?.startedAt ?? 0;

/** In place: with many at a time, a list for each mock is the most of what this needs. */
function dropEnded(open: Span[], at: number): void {
  let kept = 0;
  for (const window of open) if (window.endedAt >= at) open[kept++] = window;
  open.length = kept;
}

/** Of several, the latest started one that was still running when the answer came, else simply the latest started. */
function ownerOf(mock: Span, open: readonly Span[]): Owned | undefined {
  const likely = open.findLast((window) => window.endedAt >= mock.endedAt) ?? open.at(-1);
  if (likely === undefined) return undefined;
  const sure = open.length === 1 && likely.endedAt >= mock.endedAt;
  return { test: likely.name, by: sure ? "window" : "overlap" };
}

function gather(windows: readonly Span[], mocks: readonly Span[], owners: readonly (Owned | undefined)[]): Mapping[] {
  const byTest = new Map<string, { name: string; by: Attribution }[]>();
  for (const [index, { name }] of mocks.entries()) {
    const owner = owners[index];
    if (owner === undefined) continue;
    const held = byTest.get(owner.test);
    if (held === undefined) byTest.set(owner.test, [{ name, by: owner.by }]);
    else held.push({ name, by: owner.by });
  }
  return windows.flatMap(({ name }) => {
    const held = byTest.get(name);
    return held === undefined ? [] : [{ test: name, mocks: held }];
  });
}
