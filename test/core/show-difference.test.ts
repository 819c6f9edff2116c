import { expect, test } from "bun:test";
import { showDifference } from "../../src/core/show-difference.ts";

test("a difference is one line, and a type shows where it is all that differs", () => {
  const lines = [
    showDifference({ path: "p[0]", expected: 7, actual: 8, change: "changed" }),
    showDifference({ path: "name", expected: "Ann", actual: "Bob", change: "changed" }),
    showDifference({ path: "id", expected: "1", actual: 1, change: "retyped" }),
    showDifference({ path: "x", actual: { a: 1n }, change: "added" }),
    showDifference({ path: "y", expected: null, change: "missing" }),
    showDifference({ path: "z", expected: "a\nb", actual: "", change: "changed" }),
    showDifference({ path: "b", expected: new Uint8Array([1, 255]), actual: new Uint8Array(), change: "changed" }),
  ];
  expect(lines).toEqual([
    "p[0]: 7 -> 8",
    "name: Ann -> Bob",
    'id: "1" -> 1',
    'x: (absent) -> {"a":"1"}',
    "y: null -> (absent)",
    'z: "a\\nb" -> ""',
    "b: 2 bytes 01ff -> 0 bytes ",
  ]);
});

test("long values are cut to where they part", () => {
  const [expected, actual] = ["x".repeat(500) + "LEFT" + "y".repeat(500), "x".repeat(500) + "RIGHT" + "y".repeat(500)];
  const line = showDifference({ path: "body", expected, actual, change: "changed" });
  expect(line.length).toBeLessThan(200);
  expect(line).toMatch(/^body: …x+LEFTy+… -> …x+RIGHTy+…$/);
});
