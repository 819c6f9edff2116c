import { expect, test } from "bun:test";
import { isListPair, type ListPair, pairing, unorderedDifferences } from "../../src/core/any-order.ts";
import type { Difference } from "../../src/core/diff.ts";
import { type JsonValue, parseJson } from "../../src/core/json.ts";

const all = (differences: readonly Difference[]): readonly Difference[] => differences;

const pair = (expected: string, actual: string): ListPair => {
  const [left, right] = [expected, actual].map((text) => parseJson(text) ?? null) as [JsonValue, JsonValue];
  const enclosing = { path: "a", expected: left, actual: right, around: null };
  return isListPair(enclosing) ? enclosing : expect.unreachable();
};

test("equal items pair first, then those most alike", () => {
  expect(pairing(pair("[1,2,2]", "[2,1,2]"), all)).toEqual([1, 0, 2]);
  expect(pairing(pair('[{"n":1,"m":1},{"n":2,"m":2}]', '[{"n":2,"m":9},{"n":1,"m":8}]'), all)).toEqual([1, 0]);
  expect(pairing(pair("[1,2]", "[2]"), all)).toEqual([null, 0]);
});

test("what is left over came or went", () => {
  expect(unorderedDifferences(pair("[1,2]", "[2,3,4]"), all)).toEqual([
    { path: "a[0]", expected: 1, actual: 3, change: "changed" },
    { path: "a[2]", actual: 4, change: "added" },
  ]);
  expect(unorderedDifferences(pair("[1,2]", "[2]"), all)).toEqual([{ path: "a[0]", expected: 1, change: "missing" }]);
});

test("very long lists are paired by place once equal items are taken", () => {
  const [one, other] = [0, 1000].map((from) => JSON.stringify(Array.from({ length: 500 }, (_, at) => from + at)));
  expect(pairing(pair(one ?? "", other ?? ""), all).slice(0, 3)).toEqual([0, 1, 2]);
});
