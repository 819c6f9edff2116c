import { expect, test } from "bun:test";
import { diffPairs } from "../../../src/protocols/http1/pairs-diff.ts";

test("names that came, went and changed, whatever their order", () => {
  expect(diffPairs("query", "a=1&b=2&c=3", "c=4&b=2&d=5")).toEqual([
    { path: "query.a", expected: "1", change: "missing" },
    { path: "query.c", expected: "3", actual: "4", change: "changed" },
    { path: "query.d", actual: "5", change: "added" },
  ]);
  expect(diffPairs("query", "a=1&b=2&a=3", "b=2&a=1&a=3")).toEqual([]);
  expect(diffPairs("query", "a=1&a=3", "a=3&a=1")).toEqual([
    { path: "query.a", expected: ["1", "3"], actual: ["3", "1"], change: "changed" },
  ]);
});
