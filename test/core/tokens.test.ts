import { expect, test } from "bun:test";
import { likeliest, TokenCounts, tokensOf, wordsOf } from "../../src/core/tokens.ts";

test("words and numbers are found at any depth, but for headers and what is known", () => {
  const data = {
    url: "/items/17?name=Ann",
    header: { Date: "today" },
    rows: [[8, "blue"]],
    bytes: Buffer.from("raw 5"),
  };
  expect(tokensOf(data, 99)).toEqual(tokensOf(["items 17 name Ann 8 blue raw 5"], 99));
  expect(tokensOf({ sql: "SELECT 17" }, 99, wordsOf("SELECT"))).toEqual(tokensOf(17, 99));
  expect(tokensOf("http://127.0.0.1:80/7", 9)).toEqual(tokensOf("http 7", 9));
  expect(tokensOf("a b c d", 2)).toHaveLength(2);
  expect(tokensOf({ nothing: null, not: undefined }, 9)).toHaveLength(0);
});

test("the one that shares what the others lack is the likeliest", () => {
  const sets = ["order 17 of Ann", "order 18 of Bob", "order 19 of Ann"].map((text) => tokensOf(text, 99));
  const of = (text: string) => likeliest(tokensOf(text, 99), sets, new TokenCounts());
  const clear = (index: number) => ({ index, isClear: true });
  expect([of("18"), of("Ann 19"), of("Bob"), of("order")]).toEqual([clear(1), clear(2), clear(1), null]);
  expect([of("Ann"), of("17 18"), of("nothing")]).toEqual([null, null, null]);
});

test("what is said twice tells more than what is said once, and the number of a place or of an address nothing", () => {
  const sets = ["order 17: 4", "order 4: work 4"].map((text) => tokensOf(text, 99));
  const known = wordsOf("5432 INSERT INTO work VALUES ($4, $17) at 17.4.0.1");
  expect(likeliest(tokensOf("[4, work 4]", 99, known), sets, new TokenCounts())).toEqual({ index: 1, isClear: true });
  expect([tokensOf("$4 17.4.0.1:4", 99), tokensOf("4 4 4 4", 99)].map(({ length }) => length)).toEqual([0, 2]);
});

test("what occurs in many says less than what occurs in few", () => {
  const sets = ["25 a", "31 b"].map((text) => tokensOf(text, 99));
  const counts = new TokenCounts();
  for (let i = 0; i < 50; i++) counts.add(tokensOf(`25 ${100 + i}`, 99));
  counts.add(tokensOf("31", 99));
  expect(likeliest(tokensOf("25 31", 99), sets, counts)).toEqual({ index: 1, isClear: true });
});

test("large data is looked at from its beginning, in no time", () => {
  const startedAt = performance.now();
  const found = tokensOf(
    Array.from({ length: 100_000 }, (_, i) => `word ${i} ${"x".repeat(100)}`),
    64,
  );
  expect(found).toHaveLength(64);
  expect(performance.now() - startedAt).toBeLessThan(500);
});
