import { expect, test } from "bun:test";
import { sortedIndices } from "../../src/core/sorted-indices.ts";

test.each([
  [[], []],
  [[7], [0]],
  [
    [1, 2, 2, 3],
    [0, 1, 2, 3],
  ],
  [
    [3, 1, 2],
    [1, 2, 0],
  ],
  [
    [5, 5, 1, 5, 1],
    [2, 4, 0, 1, 3],
  ],
])("%p", (values, expected) => {
  const compare = (a: number, b: number) => (values[a] ?? 0) - (values[b] ?? 0);
  expect([...sortedIndices(values.length, compare)]).toEqual(expected);
});

test("of many the order is the language's, and what is equal keeps its own", () => {
  for (const count of [2, 3, 63, 64, 65, 1_000, 4_097]) {
    const values = Array.from({ length: count }, (_, i) => Number(Bun.hash(String(i)) % 97n));
    const compare = (a: number, b: number) => (values[a] ?? 0) - (values[b] ?? 0);
    expect([...sortedIndices(count, compare)]).toEqual(values.map((_, i) => i).toSorted(compare));
  }
});
