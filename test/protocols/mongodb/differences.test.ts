import { expect, test } from "bun:test";
import { Long, type Document } from "bson";
import { differences } from "../../../src/protocols/mongodb/differences.ts";
import { bson } from "./messages.ts";

const between = (one: Document, other: Document) =>
  differences({ request: bson(one), made: [] }, { request: bson(other), made: [] });

test("names each field that differs", () => {
  const before = { find: "a", filter: { x: 1, tags: ["a"] }, limit: 1, $db: "b" };
  const after = { find: "a", filter: { x: 2, tags: ["a", "b"] }, skip: Long.fromNumber(5), $db: "b" };
  expect(between(before, after)).toEqual([
    { path: "filter.tags[1]", actual: "b", change: "added" },
    { path: "filter.x", expected: 1, actual: 2, change: "changed" },
    { path: "limit", expected: 1, change: "missing" },
    { path: "skip", actual: { $numberLong: "5" }, change: "added" },
  ]);
});

test("is empty for the same command, and never for another one", () => {
  expect(between({ find: "a", $db: "b" }, { find: "a", $db: "b" })).toEqual([]);
  expect(between({ find: "a", sort: { a: 1, b: 1 } }, { find: "a", sort: { b: 1, a: 1 } })).toHaveLength(1);
});
