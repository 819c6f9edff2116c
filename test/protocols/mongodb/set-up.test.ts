import { expect, test } from "bun:test";
import { deserialize, Long, type Document } from "bson";
import {
  failureReply,
  helloReply,
  okReply,
  setUpReply,
  unrecordedHello,
} from "../../../src/protocols/mongodb/set-up.ts";
import { bson } from "./messages.ts";

const shown = (bytes: Uint8Array): Document => deserialize(bytes);

test("hello offers no compression, in the spelling that was asked", () => {
  const recorded = bson({ ismaster: true, compression: ["zlib"], speculativeAuthenticate: {}, ok: 1 });
  expect(shown(helloReply(recorded, "isMaster"))).toEqual({ ismaster: true, ok: 1 });
  expect(shown(helloReply(recorded, "hello"))).toEqual({ isWritablePrimary: true, ismaster: true, ok: 1 });
  expect(shown(helloReply(unrecordedHello(), "isMaster"))["ismaster"]).toBe(true);
});

test("cursors that are killed are said to be", () => {
  const request = bson({ killCursors: "a", cursors: [Long.fromNumber(7)], $db: "b" });
  const none = { cursorsNotFound: [], cursorsAlive: [], cursorsUnknown: [] };
  expect(shown(setUpReply("killCursors", request))).toEqual({ cursorsKilled: [7], ...none, ok: 1 });
  expect(setUpReply("ping", bson({ ping: 1 }))).toEqual(okReply());
});

test("a failure is a legal one", () => {
  expect(shown(failureReply("no", 8))).toEqual({ ok: 0, errmsg: "no", code: 8, codeName: "UnknownError" });
});
