import { expect, test } from "bun:test";
import { jsonTexts } from "../../../src/core/secrets/json-texts.ts";

test("texts and numbers with the names above them", () => {
  const text = '{"A":"x","b":[{"c":"y\\"z"},7],"d":{"e":null}}';
  const found = jsonTexts(text).map(({ path, from, to }) => [path.join("."), text.slice(from, to)]);
  expect(found).toEqual([
    ["a", "x"],
    ["b.c", 'y\\"z'],
    ["b", "7"],
    ["d.e", "null"],
  ]);
  expect(jsonTexts("[[1],2]").map(({ path }) => path)).toEqual([[], []]);
});
