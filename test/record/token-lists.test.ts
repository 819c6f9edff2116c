import { expect, test } from "bun:test";
import { TokenLists } from "../../src/record/token-lists.ts";

test("each number has its own list, or none", () => {
  const lists = new TokenLists();
  for (let i = 0; i < 2_000; i++) lists.put(2 * i, Uint32Array.of(i, i + 1, i + 2));
  expect(lists.size).toBe(2_000);
  expect([lists.at(0), lists.at(1), lists.at(3_998)]).toEqual([
    Uint32Array.of(0, 1, 2),
    null,
    Uint32Array.of(1_999, 2_000, 2_001),
  ]);
});
