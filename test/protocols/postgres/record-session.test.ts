import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { FormatError } from "../../../src/core/errors.ts";
import { RecordSession } from "../../../src/protocols/postgres/record-session.ts";
import { chunks, columns, peer, ready, row, start, tag, told } from "../../support/postgres-talk.ts";
import { postgres } from "../../../src/protocols/postgres/index.ts";

const ask = serialize.query("SELECT 1 FROM t");
const answer = Buffer.concat([columns(["a", 23]), row("1"), tag("SELECT 1"), ready()]);

test("after lost bytes it goes on behind the next ReadyForQuery", () => {
  const session = postgres.record(peer);
  const feed = (...turns: Uint8Array[]): string[] => chunks(...turns).flatMap((chunk) => [...session.data(chunk)].map((step) => step.do)); // prettier-ignore
  expect(feed(...start)).toEqual(["emit"]);
  expect(feed(ask)).toEqual([]);
  session.gap("server");
  expect(feed(Buffer.alloc(0), answer.subarray(20))).toEqual([]);
  expect(feed(ask, answer)).toEqual([]);
  expect(feed(ask)).toEqual(["emit"]);
});

test("TLS, replication and cancel requests are said to be what they are", () => {
  const steps = (...turns: Uint8Array[]): string[] => {
    const session = new RecordSession();
    return chunks(...turns).flatMap((chunk) => session.data(chunk).map((step) => step.do));
  };
  expect(steps(serialize.requestSsl(), Buffer.from("S"))).toEqual(["startTls"]);
  expect(steps(serialize.cancel(1, 2))).toEqual(["close"]);
  expect(steps(...start, serialize.query("START_REPLICATION"), told("W", 0, { int16: 0 }))).toEqual(["emit", "unread"]);
  expect(() => steps(serialize.requestSsl(), Buffer.from("X"))).toThrow(FormatError);
});

test("an answer that was seen before its question waits for it", () => {
  const session = new RecordSession();
  for (const chunk of chunks(...start)) session.data(chunk);
  expect(session.data({ from: "server", bytes: answer, at: 5 })).toEqual([]);
  expect(session.data({ from: "client", bytes: ask, at: 5 }).map((step) => step.do)).toEqual(["emit"]);
});
