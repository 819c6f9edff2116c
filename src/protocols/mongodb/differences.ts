/** In which fields a recorded command differs from the one that is asked; empty exactly if their keys are equal. */
import type { Difference } from "../../core/diff.ts";
import { memberPath } from "../../core/json-diff.ts";
import { canonical, canonicalText } from "./key.ts";
import type { MongoCommand } from "./spec.ts";

type Asked = Pick<MongoCommand, "request" | "made">;

/** `expected` is what was recorded, `actual` what is asked. */
export function differences(recorded: Asked, asked: Asked): Difference[] {
  const [before, after] = [canonical(recorded).plain, canonical(asked).plain] as [unknown[], unknown[]];
  const found: Difference[] = [];
  compare("", before[1], after[1], found);
  const isSame = found.length > 0 || canonicalText(recorded) === canonicalText(asked);
  if (!isSame) found.push(changed("request", before[0], after[0]));
  return found;
}

function compare(path: string, before: unknown, after: unknown, found: Difference[]): void {
  if (isLeaf(before) || isLeaf(after) || Array.isArray(before) !== Array.isArray(after)) {
    if (JSON.stringify(before) !== JSON.stringify(after)) found.push(changed(path, before, after));
    return;
  }
  const [one, other] = [before as Record<string, unknown>, after as Record<string, unknown>];
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const place = Array.isArray(before) ? `${path}[${name}]` : path === "" ? name : memberPath(path, name);
    if (!Object.hasOwn(other, name)) found.push({ path: place, expected: one[name], change: "missing" });
    else if (!Object.hasOwn(one, name)) found.push({ path: place, actual: other[name], change: "added" });
    else compare(place, one[name], other[name], found);
  }
}

/** Whatever is one value: extended JSON's `{ $numberLong: "5" }` is. */
function isLeaf(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return (
    !Array.isArray(value) &&
    /^\$(?:oid|number|binary|uuid|date|timestamp|regularE|made)/.test(Object.keys(value)[0] ?? "")
  );
}

const changed = (path: string, expected: unknown, actual: unknown): Difference => ({
  path,
  expected,
  actual,
  change: "changed",
});
