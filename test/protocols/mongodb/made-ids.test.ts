import { expect, test } from "bun:test";
import { ObjectId } from "bson";
import { freshIds, MadeIds, madeIdsOf, replaceIds, writtenIds } from "../../../src/protocols/mongodb/made-ids.ts";
import { bson } from "./messages.ts";

const [a, b, c] = ["507f1f77bcf86cd799439011", "507f1f77bcf86cd799439012", "607f1f77bcf86cd799439013"];
const id = (text: string): ObjectId => ObjectId.createFromHexString(text);
const insert = bson({ insert: "x", documents: [{ _id: id(a), items: [{ _id: id(b) }], of: id(c) }], $db: "y" });

test("what a write makes is in what it writes, and not in what it looks for", () => {
  expect(writtenIds(insert)).toEqual([a, b]);
  const update = { update: "x", updates: [{ q: { _id: id(a) }, u: { $push: { items: { _id: id(b) } } } }] };
  expect(writtenIds(bson(update))).toEqual([b]);
  expect(writtenIds(bson({ find: "x", filter: { _id: id(a) } }))).toEqual([]);
});

test("a recording shows those that were made about then", () => {
  expect(freshIds(insert, id(a).getTimestamp().getTime() + 500)).toEqual([a, b]);
  expect(freshIds(insert, id(a).getTimestamp().getTime() + 120_000)).toEqual([]);
});

test("ids are replaced wherever they stand", () => {
  const { document, replaced } = replaceIds(insert, new Map([[a, c]]));
  expect(writtenIds(document)).toEqual([c, b]);
  expect([replaced, writtenIds(insert)]).toEqual([[a], [a, b]]);
  expect(replaceIds(insert, new Map()).document).toBe(insert);
});

test("the recorded ids that do not change are worked out once, for all connections of an app", () => {
  const made = new MadeIds();
  expect([...made.fixed("x", () => [{ request: insert, made: [a] }])]).toEqual([b]);
  expect([...made.fixed("x", () => [])]).toEqual([b]);
  const app = ["A=b"];
  expect(madeIdsOf(app)).toBe(madeIdsOf(app));
  expect(madeIdsOf(undefined)).not.toBe(madeIdsOf(undefined));
});
