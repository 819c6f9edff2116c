import { expect, test } from "bun:test";
import { Long } from "bson";
import type { Side, Step } from "../../../src/core/protocol.ts";
import { keyOf } from "../../../src/protocols/mongodb/key.ts";
import { RecordSession } from "../../../src/protocols/mongodb/record-session.ts";
import type { MongoSpec } from "../../../src/protocols/mongodb/spec.ts";
import { bson, message, query } from "./messages.ts";

const show = (step: Step<MongoSpec>): string => {
  if (step.do !== "emit") return step.do;
  const { spec, reuse } = step.exchange;
  return `${reuse} ${keyOf(spec).asked} ${spec.type === "command" ? spec.answers.length : "hello"}`;
};
const recording = () => {
  const session = new RecordSession();
  const say = (from: Side, bytes: Uint8Array, at = 0) => [...session.data({ from, bytes, at })].map(show);
  return { session, say };
};
const find = { find: "a", $db: "b" };

test("answers find their questions by number", () => {
  const { say } = recording();
  say("client", message(find, { id: 1 }));
  say("client", message({ count: "a", $db: "b" }, { id: 2 }));
  expect(say("server", message({ n: 1, ok: 1 }, { to: 2 }))).toEqual(["once count b.a {} 1"]);
  expect(say("server", message({ ok: 1 }, { to: 1 }))).toEqual(["once find b.a {} 1"]);
});

test("what sets a connection up is kept once, and no proof", () => {
  const { say } = recording();
  say("client", query({ isMaster: 1, speculativeAuthenticate: { payload: 1 } }, { id: 1 }));
  expect(say("server", message({ ismaster: true, ok: 1 }, { to: 1 }))).toEqual(["repeat isMaster hello"]);
  for (const [id, want] of [
    [2, ["repeat ping b {} 1"]],
    [3, []],
  ] as const) {
    // prettier-ignore
    say("client", message({ ping: 1, $db: "b" }, { id }));
    expect(say("server", message({ ok: 1 }, { to: id }))).toEqual([...want]);
  }
  say("client", message({ saslStart: 1, mechanism: "PLAIN", $db: "b" }, { id: 4 }));
  expect(say("server", message({ ok: 0, code: 18 }, { to: 4 }))).toEqual([
    'repeat saslStart b {"mechanism":"PLAIN","user":""} 1',
  ]);
});

test("an exhaust cursor's answers are one exchange; a write that nobody acknowledges has none", () => {
  const { say } = recording();
  say("client", message(find, { id: 1, flags: 65_536 }));
  expect(say("server", message({ ok: 1 }, { id: 50, to: 1, flags: 2 }))).toEqual([]);
  expect(say("server", message({ ok: 1 }, { id: 51, to: 50 }))).toEqual(["once find b.a {} 2"]);
  expect(say("client", message({ insert: "a", $db: "b" }, { flags: 2 }))).toEqual(["once insert b.a {} 0"]);
});

test("a cursor that has nothing yet may say so again, and waits when the recording ends", () => {
  const { say, session } = recording();
  const getMore = { getMore: Long.fromNumber(5), collection: "a", $db: "b" };
  say("client", message(getMore, { id: 1 }));
  const idle = message({ cursor: { id: Long.fromNumber(5), nextBatch: [] }, ok: 1 }, { to: 1 });
  expect(say("server", idle, 900)).toEqual(["repeat getMore b.a {} 1"]);
  say("client", message(getMore, { id: 2 }));
  expect([...session.end("server")].map(show)).toEqual(["repeat getMore b.a {} 0"]);
});

test("an answer that breaks off is said to be missing; a heartbeat that waits is none", () => {
  const { say, session } = recording();
  say("client", message({ hello: 1, $db: "admin" }, { id: 1 }));
  expect([...session.end("server")]).toEqual([]);
  say("client", message(find, { id: 2 }));
  expect([...session.end("server")]).toEqual([{ do: "unread", reason: "the answer to find broke off" }]);
});

test("after lost bytes only what is whole is kept", () => {
  const { say, session } = recording();
  say("client", message(find, { id: 1 }));
  session.gap("server");
  expect(say("server", message({ ok: 1 }, { to: 1 }))).toEqual([]);
  say("client", message(find, { id: 2 }));
  expect(say("server", message({ ok: 1 }, { to: 2 }))).toEqual(["once find b.a {} 1"]);
  expect(bson({})).toHaveLength(5);
});
