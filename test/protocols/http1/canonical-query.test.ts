import { expect, test } from "bun:test";
import { canonicalPairs, parsePairs } from "../../../src/protocols/http1/canonical-query.ts";

test("pairs are sorted by name, those of one name keep their order", () => {
  expect(canonicalPairs("b=2&a=1&b=1&&c")).toBe("a=1&b=2&b=1&c");
  expect(canonicalPairs("b=1&b=2")).not.toBe(canonicalPairs("b=2&b=1"));
});

test("spellings of the same value are one, a name without a value is another", () => {
  expect(canonicalPairs("q=a+b&r=%C3%A4")).toBe(canonicalPairs("r=ä&q=a%20b"));
  expect(canonicalPairs("a")).not.toBe(canonicalPairs("a="));
  expect(canonicalPairs("a=1%262=3")).not.toBe(canonicalPairs("a=1&2=3"));
});

test("what is no escape stays as it is", () => {
  expect(parsePairs("a=100%&b=%zz")).toEqual([
    ["a", "100%"],
    ["b", "%zz"],
  ]);
  expect(canonicalPairs("\ud800=1")).toBe('"\\ud800"=1');
});
