import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { enclosed, enclosingOf, enclosings, inFull } from "../../src/core/enclosing.ts";

test("what stands around is known, innermost first, and is no part of the difference", () => {
  const outer = { path: "a", expected: [], actual: [], around: null };
  const inner = { path: "a[0]", expected: new Map(), actual: new Map(), around: outer };
  const difference: Difference = { path: "a[0].b", expected: 1, actual: 2, change: "changed" };
  expect(enclosed(difference, inner)).toBe(difference);
  expect([...enclosings(difference)]).toEqual([inner, outer]);
  expect(enclosingOf({ ...difference })).toBeNull();
  expect(JSON.parse(JSON.stringify(difference))).toEqual({ path: "a[0].b", expected: 1, actual: 2, change: "changed" });
});

test("a part of a long text stands for the whole of it", () => {
  const difference: Difference = { path: "body", expected: "…a", actual: "…b", change: "changed" };
  expect(inFull(difference)).toBe(difference);
  enclosed(difference, { path: "body", expected: "xa", actual: "xb", around: null });
  expect(inFull(difference)).toEqual({ path: "body", expected: "xa", actual: "xb", change: "changed" });
});
