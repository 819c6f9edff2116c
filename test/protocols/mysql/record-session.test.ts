import { deflateSync } from "node:zlib";
import { expect, test } from "bun:test";
import type { Step } from "../../../src/core/protocol.ts";
import { Can } from "../../../src/protocols/mysql/capabilities.ts";
import { encodeGreeting } from "../../../src/protocols/mysql/greeting.ts";
import { packets } from "../../../src/protocols/mysql/packets.ts";
import { mysql } from "../../../src/protocols/mysql/index.ts";
import { RecordSession } from "../../../src/protocols/mysql/record-session.ts";
import type { MysqlSpec } from "../../../src/protocols/mysql/spec.ts";
import { recordWire } from "../../support/run-session.ts";
import { wiresOf } from "../../support/wire.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const bits = Can.Protocol41 | Can.SecureConnection | Can.Tls | Can.Compress;
const greeting = encodeGreeting({ version: "8", connection: 1, capabilities: bits, charset: 45, status: 2, plugin: "" }, Buffer.alloc(20, 65)); // prettier-ignore
const hello = (asked: bigint) => {
  const head = Buffer.alloc(32);
  head.writeUInt32LE(Number(asked), 0);
  return Buffer.concat([head, Buffer.from("app\0\0")]);
};

function talk(
  session: RecordSession,
  ...said: readonly (readonly ["client" | "server", Uint8Array])[]
): Step<MysqlSpec>[] {
  return said.flatMap(([from, bytes], at) => [...session.data({ from, bytes, at })]);
}

test("nothing that proves a client is kept", () => {
  for (const wire of wiresOf("mysql")) {
    const { exchanges } = recordWire(mysql, wire);
    const sessions = exchanges.filter(({ spec }) => spec.type === "session");
    expect(sessions.length).toBeGreaterThan(0);
    const kept = sessions.flatMap(({ spec }) => Object.keys(spec)).concat(sessions.flatMap(({ spec }) => (spec.type === "session" ? Object.keys(spec.greeting ?? {}) : []))); // prettier-ignore
    expect([...new Set(kept)].toSorted()).toEqual(["capabilities", "charset", "connection", "database", "greeting", "plugin", "reply", "status", "type", "user", "version"]); // prettier-ignore
  }
});

test("TLS begins with the client's request, and is never clear again", () => {
  const session = new RecordSession();
  const request = hello(bits & ~Can.Compress).subarray(0, 32);
  const early = hex("16030100");
  const steps = talk(
    session,
    ["server", packets(greeting, 0)],
    ["client", Buffer.concat([packets(request, 1), early])],
  );
  expect(steps).toEqual([{ do: "startTls", early: new Uint8Array(early) }] as never);
  const after = talk(
    session,
    ["client", packets(hello(bits & ~Can.Compress), 2)],
    ["server", packets(hex("00000002000000"), 3)],
  );
  expect(after.map((step) => step.do)).toEqual(["emit"]);
});

test("a compressed connection is read", () => {
  const frame = (content: Uint8Array) => {
    const packed = deflateSync(content);
    const head = Buffer.alloc(7);
    head.writeUIntLE(packed.length, 0, 3);
    head.writeUIntLE(content.length, 4, 3);
    return Buffer.concat([head, packed]);
  };
  const session = new RecordSession();
  const steps = talk(
    session,
    ["server", packets(greeting, 0)],
    ["client", packets(hello(bits & ~Can.Tls), 1)],
    ["server", packets(hex("00000002000000"), 2)],
    ["client", frame(packets(Buffer.from("\x03DO 1"), 0))],
    ["server", frame(packets(hex("00000002000000"), 1))],
  );
  expect(steps.map((step) => step.do)).toEqual(["clear", "emit", "emit"]);
  expect(steps.at(-1)).toMatchObject({ exchange: { spec: { sql: "DO 1" } } });
});

test("a server that refuses before it greets is kept as that", () => {
  const steps = talk(new RecordSession(), ["server", packets(Buffer.concat([hex("ff1004"), Buffer.from("Too many")]), 0)]); // prettier-ignore
  expect(steps).toMatchObject([{ do: "emit", exchange: { spec: { type: "session", greeting: null, reply: { code: 1040 } } } }]); // prettier-ignore
});

test("a replica's connection is left unread", () => {
  const session = new RecordSession();
  talk(session, ["server", packets(greeting, 0)], ["client", packets(hello(Can.Protocol41), 1)], ["server", packets(hex("00000002000000"), 2)]); // prettier-ignore
  expect(talk(session, ["client", packets(hex("12"), 0)])).toEqual([{ do: "unread", reason: "the connection became a replica's (COM_BINLOG_DUMP)" }]); // prettier-ignore
});

test("an answer that breaks off is said to be missing, by no more than the first word of what was asked", () => {
  const session = new RecordSession();
  talk(session, ["server", packets(greeting, 0)], ["client", packets(hello(Can.Protocol41), 1)], ["server", packets(hex("00000002000000"), 2)]); // prettier-ignore
  talk(session, ["client", packets(Buffer.from("\x03SELECT 'secret'"), 0)]);
  expect(session.end()).toEqual([{ do: "unread", reason: "the answer to SELECT broke off" }]);
  expect(session.end()).toEqual([]);
});
