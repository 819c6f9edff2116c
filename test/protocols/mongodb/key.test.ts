import { expect, test } from "bun:test";
import { Double, Long, ObjectId, type Document } from "bson";
import { canonical, helloShape, keyOf, shapeOf } from "../../../src/protocols/mongodb/key.ts";
import { bson } from "./messages.ts";

const [one, other] = ["507f1f77bcf86cd799439011", "507f1f77bcf86cd799439012"];
const text = (request: Document, made: readonly string[] = []): string =>
  keyOf({ type: "command", request: bson(request), made, answers: [], afterMs: 0 }).text;
const find = { find: "a", filter: { x: 1, y: 2 }, $db: "b" };

test("every value counts, and its type", () => {
  const others = [
    { ...find, filter: { x: 1, y: 3 } },
    { ...find, filter: { x: new Double(1), y: 2 } },
    { ...find, filter: { x: Long.fromNumber(1), y: 2 } },
    { ...find, $db: "c" },
    { ...find, limit: 1 },
    { count: "a", filter: { x: 1, y: 2 }, $db: "b" },
  ];
  expect(new Set([find, ...others].map((request) => text(request))).size).toBe(others.length + 1);
});

test("the order of fields counts in a sort alone", () => {
  expect(text({ ...find, filter: { y: 2, x: 1 } }).includes('"x":1,"y":2')).toBe(true);
  expect(text({ ...find, filter: { y: 2, x: 1 } })).toBe(text(find));
  expect(text({ ...find, sort: { a: 1, b: 1 } })).not.toBe(text({ ...find, sort: { b: 1, a: 1 } }));
});

test("ids that were made count by their place", () => {
  const insert = (id: string) => ({ insert: "a", documents: [{ _id: new ObjectId(id) }], $db: "b" });
  expect(text(insert(one), [one])).toBe(text(insert(other), [other]));
  expect(text(insert(one))).not.toBe(text(insert(other)));
  expect(canonical({ request: bson(insert(one)), made: [one] }).met).toEqual([one]);
});

test("is shown in one line and looked up by its fields", () => {
  const key = keyOf({ type: "command", request: bson(find), made: [], answers: [], afterMs: 0 });
  expect(key.asked).toBe('find b.a {"filter":{"x":1,"y":2}}');
  expect(key.shape).toBe(shapeOf(bson(find)));
  expect(keyOf({ type: "hello", name: "hello", document: bson({}) }).shape).toBe(helloShape("hello"));
});
