import { expect, test } from "bun:test";
import { counted } from "../../src/cli/counted.ts";

test("one is one, and all other numbers are many", () => {
  expect([0, 1, 2, 1000].map((count) => counted(count, "mock"))).toEqual([
    "0 mocks",
    "1 mock",
    "2 mocks",
    "1000 mocks",
  ]);
});
