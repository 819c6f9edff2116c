import { expect, test } from "bun:test";
import { spanOf, stemOf, withoutOverlap } from "../../../src/core/secrets/span.ts";

test("names of kinds become names of placeholders", () => {
  expect(["X-Api-Key", "clientSecret", "user[password]", "§", "a".repeat(60)].map(stemOf)).toEqual([
    "x-api-key",
    "client-secret",
    "user-password",
    "secret",
    "a".repeat(40),
  ]);
});

test("of spans that overlap the first counts, then the longer one, then the one that was told first", () => {
  const spans = [spanOf(5, 8, "c"), spanOf(0, 4, "a"), spanOf(0, 6, "b"), spanOf(0, 6, "later"), spanOf(6, 7, "d")];
  expect(withoutOverlap(spans).map(({ kind }) => kind)).toEqual(["b", "d"]);
});
