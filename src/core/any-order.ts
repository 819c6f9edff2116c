/**
 * Lists whose order says nothing: items are paired with those they are most alike, and only then compared. What is in
 * both is never told; what is left over came or went.
 */
import type { Difference } from "./diff.ts";
import { type Enclosing, enclosed } from "./enclosing.ts";
import { diffJson } from "./json-diff.ts";
import { canonicalJson, type JsonValue, plainJson } from "./json.ts";

/** A list with its two sides. */
export interface ListPair extends Enclosing {
  readonly expected: readonly JsonValue[];
  readonly actual: readonly JsonValue[];
}

/** What of an item's differences counts when the most alike is looked for. */
export type Counting = (differences: readonly Difference[]) => readonly Difference[];

/** Beyond so many unequal items each is compared with the one in its place. */
const PAIRED_MOST = 200;

export const isListPair = (enclosing: Enclosing): enclosing is ListPair =>
  Array.isArray(enclosing.expected) && Array.isArray(enclosing.actual);

/** For each expected item the place of the actual one it is paired with; `null` where there is none. */
export function pairing({ path, expected, actual }: ListPair, counting: Counting): readonly (number | null)[] {
  const partner: (number | null)[] = expected.map(() => null);
  const free = new Map<string, number[]>();
  for (const [at, item] of actual.entries()) {
    const text = canonicalJson(item);
    const same = free.get(text);
    if (same === undefined) free.set(text, [at]);
    else same.push(at);
  }
  for (const [at, item] of expected.entries()) partner[at] = free.get(canonicalJson(item))?.shift() ?? null;
  const left = [...free.values()].flat().sort((a, b) => a - b);
  const open = partner.flatMap((place, at) => (place === null ? [at] : []));
  const isMany = Math.max(left.length, open.length) > PAIRED_MOST;
  const cost = (at: number, place: number): number => {
    if (isMany) return place === at ? 0 : 1;
    const [one, other] = [expected[at], actual[place]];
    return one === undefined || other === undefined
      ? Infinity
      : counting(diffJson(`${path}[${at}]`, one, other)).length;
  };
  const costs = open.flatMap((at) => left.map((place) => ({ at, place, cost: cost(at, place) })));
  costs.sort((a, b) => a.cost - b.cost || Math.abs(a.at - a.place) - Math.abs(b.at - b.place) || a.at - b.at);
  const taken = new Set<number>();
  for (const { at, place } of costs) {
    if (partner[at] !== null || taken.has(place)) continue;
    partner[at] = place;
    taken.add(place);
  }
  return partner;
}

/** The differences once the items are paired, at the expected items' places; before noise. */
export function unorderedDifferences(list: ListPair, counting: Counting): Difference[] {
  const { path, expected, actual } = list;
  const partner = pairing(list, counting);
  const around = { ...list, isPaired: true };
  const found: Difference[] = [];
  for (const [at, item] of expected.entries()) {
    const other = actual[partner[at] ?? -1];
    if (other !== undefined) found.push(...diffJson(`${path}[${at}]`, item, other, around));
    else found.push(enclosed({ path: `${path}[${at}]`, expected: plainJson(item), change: "missing" }, around));
  }
  const paired = new Set(partner);
  let next = expected.length;
  for (const [at, item] of actual.entries()) {
    if (!paired.has(at))
      found.push(enclosed({ path: `${path}[${next++}]`, actual: plainJson(item), change: "added" }, around));
  }
  return found;
}
