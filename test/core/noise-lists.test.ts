import { expect, test } from "bun:test";
import { diffJson } from "../../src/core/json-diff.ts";
import { parseJson } from "../../src/core/json.ts";
import { generalised, unorderedLists } from "../../src/core/noise-lists.ts";

const playing = (expected: string, actual: string) => ({
  differences: diffJson("b", parseJson(expected) ?? null, parseJson(actual) ?? null),
});

test("sets are found, outermost first; a playing as recorded counts as one of the orders", () => {
  const nested = '{"o":[{"n":1,"s":["x","y"]},{"n":2,"s":["v","w"]}]}';
  const moved = '{"o":[{"n":2,"s":["v","w"]},{"n":1,"s":["x","y"]}]}';
  expect(unorderedLists([playing(nested, nested), playing(nested, moved)])).toEqual(["b.o"]);
  expect(unorderedLists([playing(nested, moved), playing(nested, moved)])).toEqual([]);
});

test("what holds at every item is said once, in lists of lists too", () => {
  const { differences } = playing("[[1,2],[3,4]]", "[[5,6],[7,8]]");
  const learned = differences.map(({ path }) => ({ path, matcher: "number" }));
  expect(generalised(learned, differences)).toEqual([{ path: "b[*][*]", matcher: "number" }]);
  expect(generalised(learned.slice(0, 2), differences)).toEqual([{ path: "b[0][*]", matcher: "number" }]);
  expect(generalised(learned.slice(0, 1), differences)).toEqual(learned.slice(0, 1));
});
