import { expect, test } from "bun:test";
import { editDistance, nearestName } from "../../../src/lib/text/nearest-name.ts";

test("a slip finds its name, letter case and dashes aside", () => {
  const known = ["command", "test-sets", "health-url", "port"];
  const asked = ["comand", "testSets", "helth-url", "prot", "Http"];
  expect(asked.map((name) => nearestName(name, known))).toEqual([
    "command",
    "test-sets",
    "health-url",
    "port",
    undefined,
  ]);
});

test("distances count edits and swaps", () => {
  const pairs = [
    ["", "abc"],
    ["abc", "abc"],
    ["abc", "acb"],
    ["kitten", "sitting"],
  ] as const;
  expect(pairs.map(([a, b]) => editDistance(a, b))).toEqual([3, 0, 1, 3]);
});
