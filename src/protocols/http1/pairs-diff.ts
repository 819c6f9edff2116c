/** Where two queries or urlencoded forms differ, name by name: `query.page`. */
import type { Difference } from "../../core/diff.ts";
import { memberPath } from "../../core/json-diff.ts";
import { parsePairs } from "./canonical-query.ts";

const valuesByName = (text: string): Map<string, (string | null)[]> => {
  const values = new Map<string, (string | null)[]>();
  for (const [name, value] of parsePairs(text)) values.set(name, [...(values.get(name) ?? []), value]);
  return values;
};

const single = (values: readonly (string | null)[]): unknown => (values.length === 1 ? (values[0] ?? "") : values);

/** Their order across names counts for nothing; the values of one name keep theirs. */
export const diffPairs = (path: string, expected: string, actual: string): Difference[] => {
  const [left, right] = [valuesByName(expected), valuesByName(actual)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name): Difference[] => {
    const [before, after] = [left.get(name), right.get(name)];
    const at = memberPath(path, name);
    if (!before) return [{ path: at, actual: single(after ?? []), change: "added" }];
    if (!after) return [{ path: at, expected: single(before), change: "missing" }];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    return [{ path: at, expected: single(before), actual: single(after), change: "changed" }];
  });
};
