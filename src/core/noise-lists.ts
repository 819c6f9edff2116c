/**
 * What learning knows of lists: which of them are sets, and when what was learned of each item is true of all.
 */
import { type ListPair, isListPair, pairing } from "./any-order.ts";
import type { Difference } from "./diff.ts";
import { enclosings } from "./enclosing.ts";
import { diffJson } from "./json-diff.ts";
import type { JsonValue } from "./json.ts";

const all = (differences: readonly Difference[]): readonly Difference[] => differences;

/**
 * The paths of lists that hold the same items each time, in an order that varies. Outermost first; one that differs from
 * the recording each time in the same way has changed, and is none.
 */
export function unorderedLists(playings: readonly { readonly differences: readonly Difference[] }[]): string[] {
  const places = new Set(
    playings.flatMap(({ differences }) => differences.flatMap((each) => listsOf(each).map(pathOf))),
  );
  const found: string[] = [];
  for (const path of [...places].sort((a, b) => a.length - b.length)) {
    const orders = playings.map(({ differences }) => {
      const list = differences.flatMap(listsOf).find((each) => each.path === path);
      return list === undefined ? [] : orderOf(list);
    });
    const isSet = orders.every((order) => order !== null);
    if (isSet && new Set(orders.map((order) => JSON.stringify(order))).size > 1) found.push(path);
  }
  return found;
}

const pathOf = ({ path }: ListPair): string => path;

const listsOf = (difference: Difference): ListPair[] => [...enclosings(difference)].filter(isListPair);

/**
 * Where each recorded item stands; empty where nothing has moved, `null` where most items are not the same ones. An item
 * that merely holds an id or a time of its own is the same where most of it is. One that is another is told once the rest
 * is paired.
 */
function orderOf(list: ListPair): readonly number[] | null {
  const { expected, actual, path } = list;
  if (expected.length !== actual.length) return null;
  const partner = pairing(list, all).map((place) => place ?? -1);
  const costs = partner.map((place, at) => costOf(path, expected[at], actual[place]));
  if (partner.every((place, at) => place === at)) return [];
  const same = costs.filter((cost, at) => cost === 0 || cost * 2 <= leaves(expected[at])).length;
  return same * 2 > expected.length ? partner : null;
}

const costOf = (path: string, one: JsonValue | undefined, other: JsonValue | undefined): number =>
  one === undefined || other === undefined ? Infinity : diffJson(path, one, other).length;

function leaves(value: JsonValue | undefined): number {
  if (value instanceof Map) return [...(value as ReadonlyMap<string, JsonValue>).values()].reduce(addLeaves, 0);
  return Array.isArray(value) ? (value as readonly JsonValue[]).reduce(addLeaves, 0) : 1;
}

const addLeaves = (sum: number, value: JsonValue): number => sum + leaves(value);

/** What was learned at each item of a list, alike at all of them, said once: `body.items[*].id`. */
export function generalised<Learned extends { readonly path: string; readonly matcher: string | null }>(
  learned: readonly Learned[],
  differences: readonly Difference[],
): readonly Learned[] {
  const lengths = new Map(
    differences.flatMap(listsOf).map(({ path, expected }) => [path.replaceAll(/\[\d+\]/g, "[*]"), expected.length]),
  );
  let result = learned;
  for (const [path, length] of [...lengths].sort(([a], [b]) => b.length - a.length)) {
    if (length > 1) result = folded(result, path, length);
  }
  return result;
}

/** `list` is the path of a list, its own indices as `[*]`. */
function folded<Learned extends { readonly path: string; readonly matcher: string | null }>(
  learned: readonly Learned[],
  list: string,
  length: number,
): readonly Learned[] {
  const groups = new Map<string, Learned[]>();
  for (const each of learned) {
    const split = splitAt(each.path, list);
    if (split === null) continue;
    const key = JSON.stringify([split.before, split.after, each.matcher]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  let result = learned;
  for (const group of groups.values()) {
    const [first] = group;
    const split = first === undefined ? null : splitAt(first.path, list);
    if (first === undefined || split === null || group.length !== length) continue;
    const once = { ...first, path: `${split.before}[*]${split.after}` };
    result = result.flatMap((each) => (each === first ? [once] : group.includes(each) ? [] : [each]));
  }
  return result;
}

/** A path at the index into that list. */
function splitAt(path: string, list: string): { readonly before: string; readonly after: string } | null {
  for (const match of path.matchAll(/\[\d+\]/g)) {
    const before = path.slice(0, match.index);
    if (before.replaceAll(/\[\d+\]/g, "[*]") === list)
      return { before, after: path.slice(match.index + match[0].length) };
  }
  return null;
}
