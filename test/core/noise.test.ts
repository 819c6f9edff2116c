import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { FormatError } from "../../src/core/errors.ts";
import { filterNoise, isNoise, type NoiseRules, readNoise } from "../../src/core/noise.ts";

const changed = (path: string, actual: unknown = "x"): Difference => ({ path, expected: 1, actual, change: "changed" });
const left = (rules: NoiseRules, ...differences: Difference[]): string[] =>
  filterNoise(differences, rules).map(({ path }) => path);

test("a rule covers its path, what lies below it, and nothing beside it", () => {
  const differences = ["body", "body.a", "body.a.b", "body.ab", "body.a[0].b", "status"].map((path) => changed(path));
  expect(left({ "body.a": [] }, ...differences)).toEqual(["body", "body.ab", "status"]);
  expect(left({ body: [] }, ...differences)).toEqual(["status"]);
  expect(left({}, ...differences)).toHaveLength(6);
});

test("fields that came or went are covered too", () => {
  const added: Difference = { path: "body.a.new", actual: 1, change: "added" };
  const missing: Difference = { path: "body.a.old", expected: 1, change: "missing" };
  expect(left({ "body.a": [] }, added, missing)).toEqual([]);
  expect(left({ "body.a": ["^1$"] }, added, missing)).toEqual(["body.a.old"]);
});

test("header names have no case, body names do", () => {
  expect(left({ "header.date": [] }, changed("header.Date"), changed("header.Dated"))).toEqual(["header.Dated"]);
  expect(left({ "Header.DATE": [] }, changed("header.Date"))).toEqual([]);
  expect(left({ "body.ID": [] }, changed("body.id"))).toEqual(["body.id"]);
});

test("items: one, any, and all where no index is named", () => {
  const differences = [changed("body.items[0].id"), changed("body.items[1].id"), changed("body.items[1].name")];
  expect(left({ "body.items[0].id": [] }, ...differences)).toEqual(["body.items[1].id", "body.items[1].name"]);
  expect(left({ "body.items[*].id": [] }, ...differences)).toEqual(["body.items[1].name"]);
  expect(left({ "body.items.id": [] }, ...differences)).toEqual(["body.items[1].name"]);
  expect(left({ "body.*": [] }, ...differences)).toEqual([]);
  expect(left({ "body.id": [] }, changed("body[3].id"))).toEqual([]);
});

test("names that hold dots and brackets are quoted", () => {
  expect(left({ 'body["a.b"].c': [] }, changed('body["a.b"].c'), changed("body.a.b.c"))).toEqual(["body.a.b.c"]);
});

test("regexes judge the actual value", () => {
  const rules = { "body.id": ["^[0-9a-f]{8}$", "(?i)^NONE$"] };
  expect(left(rules, changed("body.id", "deadbeef"), changed("body.id", "none"))).toEqual([]);
  expect(left(rules, changed("body.id", "bad"), changed("body.id", 12))).toEqual(["body.id", "body.id"]);
  expect(left({ "body.n": ["^\\d+$"] }, changed("body.n", 12), changed("body.n", null))).toEqual(["body.n"]);
});

test("for requests only rules without regexes count", () => {
  expect(isNoise("parameters[1]", { "parameters[1]": [] })).toBe(true);
  expect(isNoise("parameters[1]", { "parameters[1]": ["x"] })).toBe(false);
  expect(isNoise("parameters[2]", { "parameters[1]": [] })).toBe(false);
});

test("files give noise as a list or a map", () => {
  expect(readNoise(["header.Date", "body.id"], "x")).toEqual({ "header.Date": [], "body.id": [] });
  const map = { "header.Date": [], "body.id": ["^a"], "body.b": "^b", "body.c": null };
  expect(readNoise(map, "x")).toEqual({ "header.Date": [], "body.id": ["^a"], "body.b": ["^b"], "body.c": [] });
  expect(readNoise(["header.Date", { "body.id": ["^a"] }], "x")).toEqual({ "header.Date": [], "body.id": ["^a"] });
  expect(readNoise(undefined, "x")).toEqual({});
  for (const value of ["header.Date", 7, [7], { a: [7] }, { a: ["("] }]) {
    expect(() => readNoise(value, "x")).toThrow(FormatError);
  }
});
