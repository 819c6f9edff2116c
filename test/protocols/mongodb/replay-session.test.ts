import { expect, test } from "bun:test";
import { deserialize, Long, ObjectId, type Document } from "bson";
import type { Exchange } from "../../../src/core/exchange.ts";
import type { Step } from "../../../src/core/protocol.ts";
import { mongodb, type MongoSpec } from "../../../src/protocols/mongodb/index.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { peerOf } from "../../support/run-session.ts";
import { bson, message, query } from "./messages.ts";

const peer = { ...peerOf({ port: 27017, transport: "tcp" }), surroundings: [] };
const exchange = (spec: MongoSpec, reuse: "once" | "repeat" = "once"): Exchange<MongoSpec> => ({ spec, startedAt: 0, endedAt: 0, reuse }); // prettier-ignore
const command = (request: Document, replies: readonly Document[], more: { made?: string[]; afterMs?: number } = {}) => {
  const answers = replies.map((reply, at) => ({ flags: at < replies.length - 1 ? 2 : 0, document: bson(reply) }));
  return exchange({ type: "command", request: bson(request), made: [], answers, afterMs: 0, ...more });
};

const show = (step: Step<MongoSpec>): unknown => {
  if (step.do === "miss") return `miss ${step.miss.asked}: ${step.miss.nearest?.differs.join()}`;
  if (step.do !== "send") return step.do === "wake" ? `wake ${step.afterMs}` : step.do;
  return deserialize(step.bytes.subarray(step.bytes[12] === 1 ? 36 : 21));
};
const replaying = (...exchanges: Exchange<MongoSpec>[]) => {
  const session = mongodb.replay({ ...peer, surroundings: [] }, exactPool(mongodb, exchanges));
  const send = (bytes: Uint8Array, at = 0) => [...session.data({ from: "client", bytes, at })].map(show);
  return Object.assign((document: Document, flags = 0) => send(message(document, { flags })), { session, send });
};
const find = (x: number) => ({ find: "a", filter: { x }, $db: "b" });

test("set-up is answered without a recording, on a cold connection and a warm one alike", () => {
  const say = replaying(command(find(1), [{ n: 1, ok: 1 }]));
  expect(say.send(query({ isMaster: 1 }))).toMatchObject([{ ismaster: true, ok: 1 }]);
  expect([say({ ping: 1, $db: "b" }), say({ ...find(1), lsid: { id: 1 } })]).toEqual([[{ ok: 1 }], [{ n: 1, ok: 1 }]]);
  expect(say({ endSessions: [], $db: "b" }, 2)).toEqual([]);
});

test("the nth time asked gets the nth answer, and a miss is a failed command on a connection that stays", () => {
  const say = replaying(command(find(1), [{ n: 1, ok: 1 }]), command(find(1), [{ n: 2, ok: 1 }]), command(find(2), [{ n: 3, ok: 1 }])); // prettier-ignore
  expect([...say(find(1)), ...say(find(1))]).toEqual([{ n: 1, ok: 1 }, { n: 2, ok: 1 }]); // prettier-ignore
  const errmsg = 'reprise: nothing recorded answers find b.a {"filter":{"x":3}}';
  expect(say(find(3))).toEqual([`miss find b.a {"filter":{"x":3}}: filter.x: 1 -> 3`, { ok: 0, errmsg, code: 8, codeName: "UnknownError" }]); // prettier-ignore
  expect(say(find(2))).toEqual([{ n: 3, ok: 1 }]);
});

test("an id that the client makes stands for the recorded one", () => {
  const [recorded, made] = [new ObjectId("507f1f77bcf86cd799439011"), new ObjectId("607f1f77bcf86cd799439012")];
  const insert = (_id: ObjectId) => ({ insert: "a", documents: [{ _id }], $db: "b" });
  const one = (_id: ObjectId) => ({ find: "a", filter: { _id }, $db: "b" });
  const reply = (_id: ObjectId) => ({ cursor: { firstBatch: [{ _id }] }, ok: 1 });
  const exchanges = [
    command(insert(recorded), [{ n: 1, ok: 1 }], { made: [recorded.toHexString()] }),
    command(one(recorded), [reply(recorded)]),
    command(one(recorded), [reply(recorded)]),
  ];
  const say = replaying(...exchanges);
  expect([...say(insert(made)), ...say(one(made)), ...say(one(recorded))]).toEqual([
    { n: 1, ok: 1 },
    reply(made),
    reply(recorded),
  ]);
});

test("an id that is the same in each run is no other one", () => {
  const insert = (id: string) => ({ insert: "a", documents: [{ _id: new ObjectId(id) }], $db: "b" });
  const [one, other] = ["507f1f77bcf86cd799439011", "607f1f77bcf86cd799439012"];
  const say = replaying(command(insert(one), [{ ok: 1 }]));
  expect(say(insert(other))[0]).toStartWith("miss insert b.a");
  expect(say(insert(one))).toEqual([{ ok: 1 }]);
});

test("exhaust cursors come whole; a cursor without news waits as it did, or for ever", () => {
  const getMore = { getMore: Long.fromNumber(5), collection: "a", $db: "b" };
  const say = replaying(
    command(find(1), [{ n: 1, ok: 1 }, { n: 2, ok: 1 }]), // prettier-ignore
    command(getMore, [{ n: 3, ok: 1 }], { afterMs: 900 }),
    command(getMore, []),
  );
  expect(say(find(1), 65_536)).toEqual([{ n: 1, ok: 1 }, { n: 2, ok: 1 }]); // prettier-ignore
  expect(say(getMore)).toEqual(["wake 900"]);
  expect([...say.session.wake(900)].map(show)).toEqual([{ n: 3, ok: 1 }]);
  expect(say(getMore)).toEqual([]);
});

test("a client that awaits news of the server is told again and again that there is none", () => {
  const say = replaying();
  const hello = { hello: 1, topologyVersion: { counter: Long.ZERO }, maxAwaitTimeMS: 10_000, $db: "admin" };
  expect(say(hello, 65_536)).toEqual(["wake 10000"]);
  expect([...say.session.wake(10_000)].map(show)).toMatchObject([{ isWritablePrimary: true }, "wake 10000"]);
});

test("who watches longer than while it was recorded has no news", () => {
  const cursor = (batch: string, events: number[]) => ({ cursor: { id: Long.fromNumber(5), [batch]: events, postBatchResumeToken: {} }, ok: 1 }); // prettier-ignore
  const watch = { aggregate: "a", pipeline: [{ $changeStream: {} }], $db: "b" };
  const getMore = { getMore: Long.fromNumber(5), collection: "a", $db: "b" };
  const say = replaying(command(watch, [cursor("firstBatch", [])]), command(getMore, [cursor("nextBatch", [1])]));
  say(watch);
  expect(say(getMore)).toMatchObject([{ cursor: { nextBatch: [1] } }]);
  expect(say({ ...getMore, maxTimeMS: 300 })).toEqual(["wake 300"]);
  expect([...say.session.wake(300)].map(show)).toEqual([{ cursor: { id: 5, nextBatch: [], postBatchResumeToken: {} }, ok: 1 }]); // prettier-ignore
});
