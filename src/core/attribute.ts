/**
 * Which test a mock belongs to: by cause where that was recorded (`causes.ts`), else by time, the test during which it was
 * asked for. Marked `window` where only one test ran, `likely` where
 * one of several clearly has most in common with it, and `overlap` where the owner is a guess. What no test's time contains
 * belongs to none, and neither does what is asked by somebody who asks between tests as well: a poll.
 */
import { CauseJudge, type Causes } from "./causes.ts";
import { sortedIndices } from "./sorted-indices.ts";
import { likeliest, TokenCounts } from "./tokens.ts";
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

/**
 * The same, one mapping after the other: what it holds meanwhile is numbers. `rest` is called once in a while, when what was
 * made before is needed no more.
 */
export function* mappingsOf(
  tests: Spans,
  mocks: Spans,
  causes: Causes | null = null,
  rest: () => void = () => {},
): Generator<Mapping, void, void> {
  const windows = byStart(tests);
  const owners = ownersOf({ mocks: restingAt(mocks, rest), order: byStart(mocks) }, tests, windows, causes);
  rest();
  if (causes !== null) correct(owners, { mocks: restingAt(mocks, rest), tests, causes });
  rest();
  const { first, mocksOf } = gather(owners, tests.count);
  for (const test of windows) {
    const held = mocksOf.subarray(first[test], first[test + 1]);
    if (held.length === 0) continue;
    const by = (mock: number): Attribution => HOW[owners.how[mock] ?? 0] ?? "overlap";
    yield { test: tests.nameOf(test), mocks: Array.from(held, (mock) => ({ name: mocks.nameOf(mock), by: by(mock) })) };
  }
}

/** For each of so many some kilobytes are made where many tests are open at a time. */
const REST_AFTER = 1 << 10;

function restingAt(spans: Spans, rest: () => void): Spans {
  let asked = 0;
  return {
    count: spans.count,
    nameOf: (index) => spans.nameOf(index),
    startOf: (index) => {
      if (++asked % REST_AFTER === 0) rest();
      return spans.startOf(index);
    },
    endOf: (index) => spans.endOf(index),
  };
}

const listed = (spans: readonly Span[]): Spans => ({
  count: spans.length,
  nameOf: (index) => spans[index]?.name ?? "",
  startOf: (index) => spans[index]?.startedAt ?? 0,
  endOf: (index) => spans[index]?.endedAt ?? 0,
});

const byStart = (spans: Spans): Uint32Array =>
  sortedIndices(spans.count, (a, b) => spans.startOf(a) - spans.startOf(b));

const HOW: readonly Attribution[] = ["overlap", "likely", "window", "exact"];
const How = { overlap: 0, likely: 1, window: 2, exact: 3 } as const;

/** By mock: the test that owns it, or `NOBODY`, and how that is known. */
interface Owners {
  readonly test: Uint32Array;
  readonly how: Uint8Array;
}

const NOBODY = 0xffff_ffff;

interface InOrder {
  readonly mocks: Spans;
  /** By start. */
  readonly order: Uint32Array;
}

function ownersOf({ mocks, order }: InOrder, tests: Spans, windows: Uint32Array, causes: Causes | null): Owners {
  const owners = { test: new Uint32Array(mocks.count).fill(NOBODY), how: new Uint8Array(mocks.count) };
  const sharing = new Sharing(mocks, causes);
  const open: number[] = [];
  let next = 0;
  for (const mock of order) {
    const [at, end] = [mocks.startOf(mock), mocks.endOf(mock)];
    for (let test = windows[next]; test !== undefined && tests.startOf(test) <= at; test = windows[++next])
      open.push(test);
    dropEnded(open, tests, at);
    // Of several, the latest started one that was still running when the answer came, else simply the latest started.
    const shared = sharing.of(mock, open);
    const likely = shared?.test ?? open.findLast((test) => tests.endOf(test) >= end) ?? open.at(-1);
    if (likely === undefined) continue;
    owners.test[mock] = likely;
    const isAlone = open.length === 1 && tests.endOf(likely) >= end;
    owners.how[mock] = isAlone ? How.window : shared?.isClear === true ? How.likely : How.overlap;
  }
  return owners;
}

/** Tells which of several tests has most in common with a mock. */
class Sharing {
  readonly #causes: Causes | null;
  readonly #counts = new TokenCounts();
  /** Of the tests that were asked about last: the same ones are open for one mock after the other. */
  readonly #sets = new Map<number, Uint32Array>();

  constructor(mocks: Spans, causes: Causes | null) {
    this.#causes = causes;
    const count = causes === null ? 0 : mocks.count;
    for (let mock = 0; mock < count; mock++) this.#counts.add(causes?.tokensOfMock(mock) ?? NO_TOKENS);
  }

  of(mock: number, open: readonly number[]): { readonly test: number; readonly isClear: boolean } | null {
    const tokens = open.length > 1 ? (this.#causes?.tokensOfMock(mock) ?? null) : null;
    if (tokens === null) return null;
    const sets = open.map((test) => this.#setOf(test));
    const best = likeliest(tokens, sets, this.#counts);
    const test = best === null ? undefined : open[best.index];
    return best === null || test === undefined ? null : { test, isClear: best.isClear };
  }

  #setOf(test: number): Uint32Array {
    const known = this.#sets.get(test);
    if (known !== undefined) return known;
    if (this.#sets.size >= MOST_SETS) this.#sets.clear();
    const set = this.#causes?.tokensOfTest(test) ?? NO_TOKENS;
    this.#sets.set(test, set);
    return set;
  }
}

const NO_TOKENS = new Uint32Array(0);
const MOST_SETS = 1_024;

/** Who makes so many calls is known by its own, the others by those of all that have the same first ancestor. */
const FEW_CALLS = 3;

interface Known {
  readonly mocks: Spans;
  readonly tests: Spans;
  readonly causes: Causes;
}

/** What causes say goes before what time says; who asks when no test runs asks for none, whoever else is at work then. */
function correct(owners: Owners, { mocks, tests, causes }: Known): void {
  const judge = new CauseJudge(tests, mocks, causes);
  const calls = new Uint32Array(causes.contexts);
  for (let mock = 0; mock < mocks.count; mock++) calls[causes.askerOf(mock)] = (calls[causes.askerOf(mock)] ?? 0) + 1;
  const firsts = firstAncestors(causes);
  const groupOf = (mock: number): number => {
    const asker = causes.askerOf(mock);
    return (calls[asker] ?? 0) < FEW_CALLS ? (firsts[asker] ?? asker) : asker;
  };
  // An ancestor that asks itself is another matter than those who descend from it.
  const isChild = (mock: number): boolean => groupOf(mock) !== causes.askerOf(mock);
  const background = { own: new Uint8Array(causes.contexts), children: new Uint8Array(causes.contexts) };
  const undecided: number[] = [];
  for (let mock = 0; mock < mocks.count; mock++) {
    const verdict = judge.judge(mock);
    // Who merely may have asked gives way to what the call clearly has in common with another.
    const isWeak = verdict.is === "caused" && (verdict.by === "likely" || verdict.by === "overlap");
    const isOutdone = isWeak && owners.how[mock] === How.likely;
    if (isOutdone) continue;
    if (verdict.is === "caused") [owners.test[mock], owners.how[mock]] = [verdict.test, How[verdict.by]];
    else if (verdict.is === "nobody") owners.test[mock] = NOBODY;
    else if (causes.askerOf(mock) === 0) continue;
    else if (owners.test[mock] === NOBODY) background[isChild(mock) ? "children" : "own"][groupOf(mock)] = 1;
    else undecided.push(mock);
  }
  passOverPolls(owners, { mocks, tests, causes });
  for (const mock of undecided) {
    if (background[isChild(mock) ? "children" : "own"][groupOf(mock)] === 1) owners.test[mock] = NOBODY;
  }
}

/** What is asked again and again while no test runs, start-up left out, is no chance the rest of the time either. */
const POLLS = 2;

/** Where nobody knows who asks, as of an event loop, polls are told by what they ask. */
function passOverPolls(owners: Owners, { mocks, tests, causes }: Known): void {
  let first = Infinity;
  for (let test = 0; test < tests.count; test++) first = Math.min(first, tests.startOf(test));
  const between = new Map<number, number>();
  const unknown: number[] = [];
  for (let mock = 0; mock < mocks.count; mock++) {
    const shape = causes.askerOf(mock) === 0 ? causes.shapeOf(mock) : 0;
    if (shape === 0) continue;
    if (owners.test[mock] !== NOBODY) unknown.push(mock);
    else if (mocks.startOf(mock) > first) between.set(shape, (between.get(shape) ?? 0) + 1);
  }
  for (const mock of unknown) if ((between.get(causes.shapeOf(mock)) ?? 0) >= POLLS) owners.test[mock] = NOBODY;
}

/** By context: the first of its ancestors that is known. Parents have lower numbers, but for those found out later. */
function firstAncestors(causes: Causes): Uint32Array {
  const firsts = Uint32Array.from({ length: causes.contexts }, (_, context) => context);
  for (let context = 1; context < causes.contexts; context++) {
    const parent = causes.parentOf(context);
    if (parent !== 0 && parent < context) firsts[context] = firsts[parent] ?? parent;
  }
  return firsts;
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
  for (let mock = 0; mock < owners.test.length; mock++) {
    const test = owners.test[mock] ?? NOBODY;
    if (test === NOBODY) continue;
    const place = free[test] ?? 0;
    mocksOf[place] = mock;
    free[test] = place + 1;
  }
  return { first, mocksOf };
}
