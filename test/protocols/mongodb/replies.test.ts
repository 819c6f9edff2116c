import { expect, test } from "bun:test";
import { Long } from "bson";
import {
  askedCursor,
  isRefusal,
  membersOf,
  openCursor,
  opensWatch,
  withoutNews,
} from "../../../src/protocols/mongodb/replies.ts";
import { bson } from "./messages.ts";

const id = Long.fromNumber(77);

test("a refusal is one that is not ok", () => {
  expect([isRefusal(bson({ ok: 1 })), isRefusal(bson({ ok: 0 })), isRefusal(bson({}))]).toEqual([false, true, true]);
});

test("an open cursor is named by its answer and asked for by that name", () => {
  const open = openCursor(bson({ cursor: { id, nextBatch: [] }, ok: 1 }));
  expect(open).toEqual({ id: askedCursor(bson({ getMore: id, collection: "a" })) ?? "", isEmpty: true });
  expect(openCursor(bson({ cursor: { id, firstBatch: [{ a: 1 }] } }))?.isEmpty).toBe(false);
  expect(openCursor(bson({ cursor: { id: Long.ZERO, firstBatch: [] } }))).toBeNull();
  expect([openCursor(bson({ ok: 1 })), askedCursor(bson({ find: "a" }))]).toEqual([null, null]);
});

test("the members of a set are those that hold data", () => {
  const hello = bson({ hosts: ["db1:27018", "[::1]:27019", "db3"], passives: ["db4:1"], arbiters: ["db5:2"] });
  expect(membersOf(hello)).toEqual([
    { host: "db1", port: 27018 },
    { host: "::1", port: 27019 },
    { host: "db3", port: 27017 },
    { host: "db4", port: 1 },
  ]);
  expect(membersOf(bson({ ok: 1 }))).toEqual([]);
});

test("a cursor that somebody watches is known by its token, and has no news without a batch", () => {
  const stream = bson({
    cursor: { firstBatch: [{ a: 1 }], id, ns: "a.b", postBatchResumeToken: { _data: "8" } },
    ok: 1,
  });
  const plain = bson({ cursor: { firstBatch: [], id, ns: "a.b" }, ok: 1 });
  const [find, tail] = [bson({ find: "a" }), bson({ find: "a", tailable: true })];
  expect([opensWatch(find, stream), opensWatch(find, plain), opensWatch(tail, plain)]).toEqual([true, false, true]);
  expect(withoutNews(stream)).toEqual(bson({ cursor: { nextBatch: [], id, ns: "a.b", postBatchResumeToken: { _data: "8" } }, ok: 1 })); // prettier-ignore
});
