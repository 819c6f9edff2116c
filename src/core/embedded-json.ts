/**
 * JSON that stands in a text (a body within a body, a cached document): two such texts differ in members, not as texts.
 * Where only the layout differs they stay two texts.
 */
import type { Difference } from "./diff.ts";
import { enclosingOf } from "./enclosing.ts";
import { diffJson } from "./json-diff.ts";
import { looksLikeJson, parseJson } from "./json.ts";

const LONGEST = 4 << 20;

/** The differences with those of JSON texts taken apart, at any depth. */
export function withoutJsonTexts(differences: readonly Difference[]): readonly Difference[] {
  return differences.some(isJsonTexts) ? differences.flatMap(apart) : differences;
}

const isJsonTexts = ({ expected, actual, change }: Difference): boolean =>
  change === "changed" && isJsonText(expected) && isJsonText(actual);

const isJsonText = (value: unknown): value is string =>
  typeof value === "string" && value.length <= LONGEST && looksLikeJson(value);

function apart(difference: Difference): readonly Difference[] {
  const { path, expected, actual, change } = difference;
  if (change !== "changed" || !isJsonText(expected) || !isJsonText(actual)) return [difference];
  const [left, right] = [parseJson(expected), parseJson(actual)];
  if (left === undefined || right === undefined) return [difference];
  const found = diffJson(path, left, right, { path, expected, actual, around: enclosingOf(difference) });
  return found.length === 0 ? [difference] : withoutJsonTexts(found);
}
