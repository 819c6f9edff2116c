import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { diffJson } from "../../src/core/json-diff.ts";
import { parseJson } from "../../src/core/json.ts";
import { FormatError } from "../../src/core/errors.ts";
import { filterNoise, type NoiseRules, readNoise } from "../../src/core/noise.ts";

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

test("one matcher of several is enough; a field that is gone has only rules without any", () => {
  const rules = { "body.id": ["uuid", "length 3"] };
  expect(left(rules, changed("body.id", "abc"), changed("body.id", "abcd"))).toEqual(["body.id"]);
  expect(left(rules, { path: "body.id", expected: "x", change: "missing" })).toEqual(["body.id"]);
});

const list = (expected: string, actual: string): Difference[] =>
  diffJson("body", parseJson(expected) ?? null, parseJson(actual) ?? null);

test("an order that says nothing: what moved is paired, what else differs is told at its recorded place", () => {
  const moved = list('{"a":[{"n":1,"id":"x"},{"n":2,"id":"y"}]}', '{"a":[{"n":2,"id":"z"},{"n":1,"id":"w"}]}');
  expect(left({}, ...moved)).toEqual(["body.a[0].n", "body.a[0].id", "body.a[1].n", "body.a[1].id"]);
  expect(left({ "body.a": ["any order"] }, ...moved)).toEqual(["body.a[0].id", "body.a[1].id"]);
  expect(left({ "body.a": ["any order"], "body.a[*].id": [] }, ...moved)).toEqual([]);
  const other = list('{"a":[1,2,3]}', '{"a":[3,1,4]}');
  expect(filterNoise(other, { "body.a": ["any order"] })).toEqual([
    { path: "body.a[1]", expected: 2, actual: 4, change: "changed" },
  ]);
  const fewer = list('{"a":[1,2,3]}', '{"a":[3,1]}');
  expect(filterNoise(fewer, { "body.a": ["any order"] })).toEqual([
    { path: "body.a[1]", expected: 2, change: "missing" },
  ]);
});

test("a rule that names a list is about that list, one above is about every list below, the flag about all", () => {
  const nested = list('{"a":[[1,2],[3,4]],"b":[5,6]}', '{"a":[[2,1],[3,4]],"b":[6,5]}');
  expect(left({ "body.a": ["any order"] }, ...nested)).toEqual([
    "body.a[0][0]",
    "body.a[0][1]",
    "body.b[0]",
    "body.b[1]",
  ]);
  expect(left({ "body.a[*]": ["any order"] }, ...nested)).toEqual(["body.b[0]", "body.b[1]"]);
  expect(left({ body: ["any order"] }, ...nested)).toEqual(["body.a[0][0]", "body.a[0][1]"]);
  expect(filterNoise(nested, {}, { ignoresOrder: true })).toEqual([]);
});

test("the length of a list is judged at the list", () => {
  const longer = list('{"a":[1,2]}', '{"a":[1,3,4]}');
  expect(left({ "body.a": ["length 1..3"] }, ...longer)).toEqual([]);
  expect(left({ "body.a": ["length 1..2"] }, ...longer)).toEqual(["body.a[1]", "body.a[2]"]);
});

test("JSON within a text differs by its members, and a rule for the text as a whole still holds", () => {
  const wrapped = list('{"w":"{\\"id\\":1,\\"n\\":2}"}', '{"w":"{\\"id\\":7,\\"n\\":2}"}');
  expect(filterNoise(wrapped, {})).toEqual([{ path: "body.w.id", expected: 1, actual: 7, change: "changed" }]);
  expect(left({ "body.w.id": [] }, ...wrapped)).toEqual([]);
  expect(left({ "body.w": ['^\\{"id":\\d,"n":2\\}$'] }, ...wrapped)).toEqual([]);
});

test("a broken matcher is one sentence with file and path", () => {
  const read = () => readNoise({ "body.at": ["timestamp within 5 parsecs"] }, "tests/a.yaml: spec.assertions.noise");
  expect(read).toThrow(
    "In tests/a.yaml: spec.assertions.noise, at body.at, the matcher `timestamp within 5 parsecs` is broken: write it like `timestamp within 5s` (ms, s, m, h, d).",
  );
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
