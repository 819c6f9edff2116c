import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { FormatError } from "../../../src/core/errors.ts";
import { RecordSession } from "../../../src/protocols/postgres/record-session.ts";
import { chunks, columns, failure, peer, ready, row, start, tag, told } from "../../support/postgres-talk.ts";
import { postgres } from "../../../src/protocols/postgres/index.ts";

const ask = serialize.query("SELECT 1 FROM t");
const answer = Buffer.concat([columns(["a", 23]), row("1"), tag("SELECT 1"), ready()]);

test("after lost bytes it goes on behind the next ReadyForQuery", () => {
  const session = postgres.record(peer);
  const feed = (...turns: Uint8Array[]): string[] => chunks(...turns).flatMap((chunk) => [...session.data(chunk)].map((step) => step.do)); // prettier-ignore
  expect(feed(...start)).toEqual(["clear", "emit"]);
  expect(feed(ask)).toEqual([]);
  session.gap("server");
  expect(feed(Buffer.alloc(0), answer.subarray(20))).toEqual([]);
  expect(feed(ask, answer)).toEqual([]);
  expect(feed(ask)).toEqual(["emit"]);
});

const all = (isTls: boolean, ...turns: Uint8Array[]) => {
  const session = new RecordSession({ isTls });
  return chunks(...turns).flatMap((chunk) => session.data(chunk));
};
const steps = (...turns: Uint8Array[]): string[] => all(false, ...turns).map((step) => step.do);

test("replication and cancel requests are said to be what they are", () => {
  expect(steps(serialize.cancel(1, 2))).toEqual(["close"]);
  const stream = steps(...start, serialize.query("START_REPLICATION"), told("W", 0, { int16: 0 }));
  expect(stream).toEqual(["clear", "emit", "unread"]);
});

test("a request for encryption is followed to its answer", () => {
  const request = serialize.requestSsl();
  const startup = serialize.startup({ user: "app", database: "shop" });
  const [, greeting = Buffer.alloc(0)] = start;
  expect(steps(request, Buffer.from("S"))).toEqual(["startTls"]);
  expect(steps(request, Buffer.from("S"), startup, greeting)).toEqual(["startTls", "clear", "emit"]);
  expect(steps(request, Buffer.from("N"), startup, greeting)).toEqual(["clear", "emit"]);
  // The start-up message was seen before the refusal that it follows.
  expect(steps(Buffer.concat([request, startup]), Buffer.from("N"), Buffer.alloc(0), greeting)).toEqual(["clear", "emit"]); // prettier-ignore
  const gss = Buffer.from([0, 0, 0, 8, 4, 0xd2, 0x16, 0x30]);
  expect(steps(gss, Buffer.from("N"), request, Buffer.from("S"))).toEqual(["startTls"]);
  expect(steps(gss, Buffer.from("G"), Buffer.from([0, 0, 0, 1, 9]))).toEqual(["unread"]);
  expect(steps(request, told("E", 0))).toEqual(["close"]);
  expect(() => steps(request, Buffer.from("X"))).toThrow(FormatError);
});

test("a server that refuses clear text is not called clear, since its client comes back with TLS", () => {
  const [startup = Buffer.alloc(0)] = start;
  expect(steps(startup, failure("28000", "no pg_hba.conf entry, no encryption", "FATAL"))).toEqual(["emit"]);
});

test("what is said in clear around the beginning of TLS is never read as what TLS protects", () => {
  const request = serialize.requestSsl();
  const injected = told("E", 0);
  const [begun] = all(false, request, Buffer.concat([Buffer.from("S"), injected]));
  expect(begun).toEqual({ do: "startTls", early: new Uint8Array(injected) });
  const hello = Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0]);
  const hasty = all(false, Buffer.concat([request, hello]), Buffer.from("S"), Buffer.alloc(9), Buffer.alloc(9));
  expect(hasty).toEqual([{ do: "unread", reason: "TLS that began before the PostgreSQL server had agreed to it" }]);
});

test("TLS is kept with the session, whether it was asked for or there from the first byte", () => {
  const sessions = [all(true, ...start), all(false, ...start), all(true, serialize.requestSsl(), Buffer.from("S"), ...start)]; // prettier-ignore
  const kept = sessions.flatMap((list) => list.flatMap((step) => (step.do === "emit" ? [step.exchange.spec] : [])));
  expect(kept.map((spec) => spec.type === "session" && spec.encryption)).toEqual(["tls", "none", "tls"]);
});

test("an answer that was seen before its question waits for it", () => {
  const session = new RecordSession();
  for (const chunk of chunks(...start)) session.data(chunk);
  expect(session.data({ from: "server", bytes: answer, at: 5 })).toEqual([]);
  expect(session.data({ from: "client", bytes: ask, at: 5 }).map((step) => step.do)).toEqual(["emit"]);
});

test("a client that asks before it knows that its connection was ended is answered by that end", () => {
  const session = new RecordSession({ isTls: false });
  for (const chunk of chunks(...start)) session.data(chunk);
  const bytes = failure("57P01", "terminating connection due to administrator command", "FATAL");
  expect([...session.data({ from: "server", bytes, at: 1 }), ...session.end("server")]).toEqual([]);
  session.data({ from: "client", bytes: ask, at: 2 });
  const [step] = session.end("client");
  const spec = step?.do === "emit" ? step.exchange.spec : null;
  expect(spec?.type === "execution" ? spec.replies.map(({ reply }) => reply) : null).toEqual(["error"]);
});

test.each([
  ["SELECT", [ask]],
  ["SELECT", [serialize.parse({ text: "SELECT $1" }), Buffer.alloc(0)]],
  ["a statement", [Buffer.concat([serialize.bind({ statement: "known" }), serialize.execute({ rows: 0 })])]],
])("an answer to %s that breaks off is said to be missing", (name, turns) => {
  const session = new RecordSession({ isTls: false });
  for (const chunk of chunks(...start, ...turns)) session.data(chunk);
  expect(session.end("client")).toEqual([{ do: "unread", reason: `the answer to ${name} broke off` }]);
  expect(session.end("server")).toEqual([]);
});

test("a client that leaves with nothing due to it leaves nothing out", () => {
  const session = new RecordSession({ isTls: false });
  for (const chunk of chunks(...start, Buffer.concat([serialize.sync(), serialize.end()]))) session.data(chunk);
  expect(session.end("client")).toEqual([]);
});
