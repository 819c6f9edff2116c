import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { diffJson, memberPath } from "../../src/core/json-diff.ts";
import { parseJson } from "../../src/core/json.ts";

const diff = (expected: string, actual: string): Difference[] =>
  diffJson("body", parseJson(expected) ?? null, parseJson(actual) ?? null);

test("changed, retyped, added and missing members are told apart, each with its path", () => {
  const expected = '{"id":7,"name":"Ann","tags":["a","b"],"price":1,"none":null,"user":{"x":1}}';
  const actual = '{"id":"7","name":"Bob","tags":["a"],"price":1.0,"user":{"x":1,"y":[2]},"none":false}';
  expect(diff(expected, actual)).toEqual([
    { path: "body.id", expected: 7, actual: "7", change: "retyped" },
    { path: "body.name", expected: "Ann", actual: "Bob", change: "changed" },
    { path: "body.tags[1]", expected: "b", change: "missing" },
    { path: "body.price", expected: "1", actual: "1.0", change: "retyped" },
    { path: "body.none", expected: null, actual: false, change: "retyped" },
    { path: "body.user.y", actual: [2], change: "added" },
  ]);
});

test("the order of members and the layout do not count, the order of items does", () => {
  expect(diff('{"a":1,"b":[1,2]}', '{ "b": [1, 2], "a": 1 }')).toEqual([]);
  expect(diff("[1,2]", "[2,1]").map(({ path }) => path)).toEqual(["body[0]", "body[1]"]);
});

test("integers beyond 2^53 are compared exactly", () => {
  expect(diff("[9007199254740993]", "[9007199254740992]")).toEqual([
    { path: "body[0]", expected: "9007199254740993", actual: 9007199254740992, change: "changed" },
  ]);
});

test("names that a path cannot hold are quoted", () => {
  expect(["a-b", "a.b", "a b", "", '"'].map((name) => memberPath("body", name))).toEqual([
    "body.a-b",
    'body["a.b"]',
    'body["a b"]',
    'body[""]',
    'body["\\""]',
  ]);
});
