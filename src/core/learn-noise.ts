/**
 * What varies by nature: found by playing the same again. A field that differs from the recording and from one playing to
 * the next is noise, with the tightest matcher that fits all that was seen; one that differs each time in the same way is
 * a change, and is told as such. So is a status, whatever it does.
 *
 * Pure: whoever plays (replay/learn.ts) brings the differences.
 */
import type { Difference } from "./diff.ts";
import { inFull } from "./enclosing.ts";
import { filterNoise } from "./noise.ts";
import { formOf, type Reason, type Seen } from "./noise-form.ts";
import { generalised, unorderedLists } from "./noise-lists.ts";
import { bareValue, instantOf } from "./value-form.ts";

/** One playing of one test, or of one mock's request. */
export interface Playing {
  /** What the app's clock may have shown then; milliseconds since the epoch. */
  readonly clocks: readonly number[];
  /** From the recording, without what is known to be noise; empty where it was as recorded. */
  readonly differences: readonly Difference[];
}

/** A place that varies. */
export interface LearnedNoise {
  readonly path: string;
  /** `null` allows whatever may stand there, or nothing at all. */
  readonly matcher: string | null;
  readonly reason: Reason;
}

/** What several playings say. */
export interface Lesson {
  readonly learned: readonly LearnedNoise[];
  /** What differs from the recording each time alike, or may not vary at all: as the last playing saw it. */
  readonly steady: readonly Difference[];
}

/** A clock that was read while the request was answered shows this much less or more than the request's own time. */
const CLOCK_MS = 10_000;

/** At least two playings. `recordedAt`: the app's clock when it was recorded. */
export function learnNoise(playings: readonly Playing[], recordedAt: number): Lesson {
  const orders = unorderedLists(playings);
  const rules = Object.fromEntries(orders.map((path) => [path, ["any order"]]));
  const paired = playings.map(({ clocks, differences }) => ({ clocks, differences: filterNoise(differences, rules) }));
  const places = new Map<string, Difference[]>();
  for (const { differences } of paired) {
    for (const difference of differences)
      places.set(difference.path, [...(places.get(difference.path) ?? []), difference]);
  }
  const learned: LearnedNoise[] = orders.map((path) => ({ path, matcher: "any order", reason: "order" }));
  const steady: Difference[] = [];
  for (const [path, differences] of places) {
    const seen = seenAt(path, differences, paired, recordedAt);
    const form = path === "status" || !varies(seen) ? null : formOf(seen);
    const last = differences.at(-1);
    if (form !== null) learned.push({ path, ...form });
    else if (last !== undefined) steady.push(last);
  }
  return { learned: generalised(learned, [...places.values()].flat()), steady };
}

/** The rules that say what was learned. */
export const rulesOf = (learned: readonly LearnedNoise[]): Record<string, string[]> =>
  Object.fromEntries(learned.map(({ path, matcher }) => [path, matcher === null ? [] : [matcher]]));

/** The recorded value and one for each playing that says what stood there. */
function seenAt(path: string, differences: readonly Difference[], playings: readonly Playing[], recordedAt: number) {
  const [first] = differences.map(plainly);
  const recorded: Seen = { value: first?.expected, clocks: [recordedAt] };
  const seen = playings.flatMap((playing): Seen[] => {
    const here = playing.differences.find((difference) => difference.path === path);
    if (here !== undefined) return [{ value: plainly(here).actual, clocks: playing.clocks }];
    const isHidden = playing.differences.some((difference) => isAround(difference.path, path));
    return isHidden ? [] : [{ ...recorded, clocks: playing.clocks }];
  });
  return [recorded, ...seen];
}

/** In full, and numbers as such: `3` and `3.5` differ in type, and so as texts. */
function plainly(difference: Difference): Difference {
  const { change, expected, actual } = difference;
  if (change !== "retyped" || typeof expected !== "string" || typeof actual !== "string") return inFull(difference);
  return { ...difference, expected: Number(expected), actual: Number(actual) };
}

const isAround = (above: string, path: string): boolean =>
  path.startsWith(above) && path.length > above.length && /^[.[]/.test(path.slice(above.length));

/** From one playing to the next, or with the clock from the recording to each of them. */
function varies(seen: readonly Seen[]): boolean {
  const played = seen.slice(1);
  const texts = new Set(played.map(({ value }) => canonicalText(value)));
  if (texts.size > 1) return true;
  return played.length > 0 && seen.every(isReading);
}

const isReading = ({ value, clocks }: Seen): boolean => {
  const instant = instantOf(bareValue(value));
  return instant !== undefined && clocks.some((at) => Math.abs(instant - at) <= CLOCK_MS);
};

const canonicalText = (value: unknown): string =>
  value === undefined
    ? "absent"
    : JSON.stringify(value, (_name, each: unknown) => (typeof each === "bigint" ? String(each) : each));
