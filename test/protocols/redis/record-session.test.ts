import { expect, test } from "bun:test";
import type { Step } from "../../../src/core/protocol.ts";
import { redis, type RedisSpec } from "../../../src/protocols/redis/index.ts";
import { peerOf } from "../../support/run-session.ts";

const peer = peerOf({ port: 6379, transport: "tcp" });

const show = (step: Step<RedisSpec>): string => {
  if (step.do !== "emit") return step.do === "unread" ? `unread: ${step.reason}` : step.do;
  const { spec, reuse } = step.exchange;
  return `${reuse} ${JSON.stringify(redis.toYaml(spec))}`;
};

/** A client's and a server's words in turns: lines that begin with `>` are typed commands, others replies. */
const recorded = (...turns: string[]): string[] => {
  const session = redis.record(peer);
  const steps: string[] = [...session.start()].map(show);
  turns.forEach((turn, at) => {
    const from = turn.startsWith("> ") ? "client" : "server";
    const bytes = Buffer.from(from === "client" ? `${turn.slice(2)}\r\n` : turn);
    steps.push(...[...session.data({ from, bytes, at })].map(show));
  });
  return [...steps, ...[...session.end("server")].map(show)];
};

const command = (words: string[], reply: unknown, reuse = "once") =>
  `${reuse} ${JSON.stringify({ kind: "RedisCommand", spec: { command: words, reply } })}`;

test("replies belong to commands in order; what sets up is no exchange", () => {
  expect(recorded("> AUTH secret", "> CLIENT SETNAME a", "> GET a", "> GET b", "+OK\r\n+OK\r\n$1\r\n1\r\n", "$-1\r\n")).toEqual([command(["GET", "a"], "1"), command(["GET", "b"], null)]); // prettier-ignore
});

test("a refused AUTH is kept without the password", () => {
  expect(recorded("> AUTH ann secret", "-WRONGPASS no\r\n")).toEqual([
    command(["AUTH", "ann"], { error: "WRONGPASS no" }, "repeat"),
  ]);
});

test("a transaction is one exchange; a discarded one is none", () => {
  expect(recorded("> MULTI", "+OK\r\n", "> INCR a", "+QUEUED\r\n", "> EXEC", "*1\r\n:1\r\n")).toEqual([
    `once ${JSON.stringify({ kind: "RedisTransaction", spec: { commands: [["INCR", "a"]], reply: [1] } })}`,
  ]);
  expect(recorded("> MULTI", "+OK\r\n", "> INCR a", "+QUEUED\r\n", "> DISCARD", "+OK\r\n")).toEqual([]);
});

test("messages are exchanges of their own, between what says that none has come", () => {
  const message = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n";
  const pushes = (kind: string, ...values: object[]) => JSON.stringify({ kind, spec: { command: ["SUBSCRIBE", "c"], pushes: values } }); // prettier-ignore
  expect(recorded("> SUBSCRIBE c", "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n", message)).toEqual([
    `once ${pushes("RedisSubscription", { afterMs: 0, value: ["subscribe", "c", 1] })}`,
    `repeat ${pushes("RedisPushes")}`,
    `once ${pushes("RedisPushes", { afterMs: 1, value: ["message", "c", "hi"] })}`,
    `repeat ${pushes("RedisPushes")}`,
  ]);
});

test("what was waited for is of the moment in which it came", () => {
  const session = redis.record(peer);
  const emitted = (from: "client" | "server", text: string, at: number) =>
    [...session.data({ from, bytes: Buffer.from(text), at })].map((step) =>
      step.do === "emit" ? [step.exchange.startedAt, step.exchange.endedAt, step.exchange.reuse] : step.do,
    );
  const wait = (at: number) => [...emitted("client", "BLPOP a 0\r\n", at), ...emitted("server", ":1\r\n", at + 50)];
  expect([wait(0), wait(100)]).toEqual([[[0, 0, "repeat"], [50, 50, "once"]], [[150, 150, "once"]]]); // prettier-ignore
});

test("a worker that waited in vain when the recording ended is known to wait", () => {
  expect(recorded("> BLPOP jobs 0")).toEqual([
    `repeat ${JSON.stringify({ kind: "RedisCommand", spec: { command: ["BLPOP", "jobs", "0"], unanswered: true } })}`,
  ]);
});

test("MONITOR is named, and nothing behind it is read", () => {
  expect(recorded("> MONITOR", "+OK\r\n", '+1 [0 x] "GET"\r\n')).toEqual([
    "unread: MONITOR shows what every client does",
  ]);
});

test("an answer that breaks off is said to be missing", () => {
  expect(recorded("> GET secret", "$5\r\nhal")).toEqual(["unread: the answer to GET broke off"]);
});
