/**
 * Which differences do not count. A rule is a path as in reports and what its value must then be, if anything:
 * `header.Date`, `body.items[*].id: [uuid]` (matcher.ts). It covers what lies below its path, and fields that came or
 * went unless it says what they must be. It never decides what is noise; recordings and users do.
 */
import { type ListPair, isListPair, unorderedDifferences } from "./any-order.ts";
import type { Difference } from "./diff.ts";
import { withoutJsonTexts } from "./embedded-json.ts";
import { enclosings, inFull } from "./enclosing.ts";
import { FormatError } from "./errors.ts";
import { type Matcher, readMatcher } from "./matcher.ts";
import { covers, names, parsePath, type Segment } from "./noise-path.ts";

/** Path to matchers, of which one must hold; none means that any value will do, or none at all. */
export type NoiseRules = Readonly<Record<string, readonly string[]>>;

/** Under what circumstances was compared. */
export interface Circumstances {
  /** By how much the app's clock differed from the recording's; 0 if left out. */
  readonly shiftMs?: number;
  /** The order of every list counts for nothing. */
  readonly ignoresOrder?: boolean;
}

/** The differences that no rule covers, those of JSON within texts by its members. */
export function filterNoise(
  differences: readonly Difference[],
  rules: NoiseRules,
  circumstances: Circumstances = {},
): readonly Difference[] {
  if (differences.length === 0) return differences;
  const compiled = compile(rules);
  const isUnordered = (list: ListPair): boolean => circumstances.ignoresOrder === true || orders(compiled, list.path);
  const shiftMs = circumstances.shiftMs ?? 0;
  const counting = (some: readonly Difference[]): readonly Difference[] => {
    const ordered = withoutOrder(withoutJsonTexts(some), isUnordered, counting);
    return ordered.filter((difference) => !isAllowed(difference, compiled, shiftMs));
  };
  return counting(differences);
}

/** All differences, noise too, with the items of unordered lists compared with those that they are most alike. */
export function pairedItems(
  differences: readonly Difference[],
  rules: NoiseRules,
  { ignoresOrder = false }: Circumstances = {},
): readonly Difference[] {
  const compiled = compile(rules);
  const isUnordered = (list: ListPair): boolean => ignoresOrder || orders(compiled, list.path);
  return withoutOrder(withoutJsonTexts(differences), isUnordered, (some) => some);
}

/**
 * Rules as files hold them: a list of paths, a map from path to matchers (a list, one text, or nothing), or a list of both.
 * `where` names the place in the error for anything else.
 */
export function readNoise(value: unknown, where: string): Record<string, string[]> {
  const rules: Record<string, string[]> = {};
  if (value === undefined || value === null) return rules;
  if (Array.isArray(value)) {
    for (const each of value as unknown[]) {
      const isMap = typeof each === "object" && each !== null && !Array.isArray(each);
      Object.assign(rules, isMap ? readNoise(each, where) : { [asText(each, where)]: [] });
    }
    return rules;
  }
  if (typeof value !== "object") throw wrong(where);
  for (const [path, matchers] of Object.entries(value)) {
    const list: unknown[] = matchers === null || matchers === "" ? [] : Array.isArray(matchers) ? matchers : [matchers];
    rules[path] = list.map((matcher) => asText(matcher, `${where}.${path}`));
    for (const matcher of rules[path]) checked(matcher, path, where);
  }
  return rules;
}

interface Rule {
  readonly path: readonly Segment[];
  readonly matchers: readonly Matcher[];
}

const asText = (value: unknown, where: string): string => {
  if (typeof value !== "string") throw wrong(where);
  return value;
};

const wrong = (where: string): FormatError =>
  new FormatError("format.yaml", "Noise must be a list of paths, or a map from path to matchers.", where, {
    hint: "For example `noise: [header.Date, body.id]`, or `noise: { body.id: [uuid] }`.",
  });

function checked(matcher: string, path: string, where: string): void {
  try {
    readMatcher(matcher);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    const { message } = cause;
    throw new FormatError("format.yaml", `In ${where}, at ${path}, ${message}.`, `${where}.${path}`, {
      hint: "A matcher is uuid, timestamp, number ± 1 %, length 10..20, present, any order, … or a regular expression.",
      cause,
    });
  }
}

const compiledRules = new WeakMap<NoiseRules, readonly Rule[]>();

function compile(rules: NoiseRules): readonly Rule[] {
  let compiled = compiledRules.get(rules);
  if (compiled === undefined) {
    compiled = Object.entries(rules).map(([path, matchers]) => ({
      path: rulePath(path),
      matchers: matchers.map(readMatcher),
    }));
    compiledRules.set(rules, compiled);
  }
  return compiled;
}

/** The rules of one test are mostly those of the next. */
const rulePaths = new Map<string, readonly Segment[]>();
const PATHS_MOST = 10_000;

function rulePath(path: string): readonly Segment[] {
  let parsed = rulePaths.get(path);
  if (parsed === undefined) {
    parsed = parsePath(path);
    if (rulePaths.size < PATHS_MOST) rulePaths.set(path, parsed);
  }
  return parsed;
}

const isOrdering = ({ matchers }: Rule): boolean => matchers.some(({ isOrder }) => isOrder);

/** A rule that names a list is about that list alone; one above it is about every list below. */
function orders(rules: readonly Rule[], path: string): boolean {
  const place = parsePath(path);
  return rules.some((rule) => isOrdering(rule) && (names(rule.path, place) || isAbove(rule.path, place)));
}

/** `body` is above every list of a body that is an object; `body.items` is not above the lists of its items. */
const isAbove = (rule: readonly Segment[], path: readonly Segment[]): boolean =>
  covers(rule, path) && !path.slice(rule.length).some((segment) => typeof segment === "number");

/** Outermost lists first: what is paired anew may hold unordered lists of its own, which have their turn then. */
function withoutOrder(
  differences: readonly Difference[],
  isUnordered: (list: ListPair) => boolean,
  counting: (some: readonly Difference[]) => readonly Difference[],
): readonly Difference[] {
  const done = new Set<string>();
  return differences.flatMap((difference) => {
    const list = [...enclosings(difference)].filter(isListPair).findLast((each) => !each.isPaired && isUnordered(each));
    if (list === undefined) return [difference];
    if (done.has(list.path)) return [];
    done.add(list.path);
    return withoutOrder(withoutJsonTexts(unorderedDifferences(list, counting)), isUnordered, counting);
  });
}

function isAllowed(difference: Difference, rules: readonly Rule[], shiftMs: number): boolean {
  const place = parsePath(difference.path);
  return rules.some(({ path, matchers }) => {
    if (!covers(path, place)) return false;
    if (matchers.length === 0) return true;
    const above = [...enclosings(difference)].filter((each) => names(path, parsePath(each.path)));
    const wholes = above.map(({ actual }) => actual);
    return matchers.some((matcher) => matcher.allows({ difference: inFull(difference), wholes, shiftMs }));
  });
}
