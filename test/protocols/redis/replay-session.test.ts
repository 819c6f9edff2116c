import { expect, test } from "bun:test";
import type { Exchange } from "../../../src/core/exchange.ts";
import type { Ask, Pool } from "../../../src/core/pool.ts";
import type { Step } from "../../../src/core/protocol.ts";
import { redis, type RedisSpec } from "../../../src/protocols/redis/index.ts";
import { bulk, error, integer, list, OK, type Value } from "../../../src/protocols/redis/value.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { peerOf } from "../../support/run-session.ts";

const peer = peerOf({ port: 6379, transport: "tcp" });
const setting = { database: 0, version: 2 } as const;

const exchange = (spec: RedisSpec, reuse: Exchange<RedisSpec>["reuse"] = "once"): Exchange<RedisSpec> => ({
  spec,
  startedAt: 0,
  endedAt: 0,
  reuse,
});
const command = (text: string, reply: Value | null, reuse?: Exchange<RedisSpec>["reuse"]) =>
  exchange({ type: "command", ...setting, words: text.split(" "), reply }, reuse);

const show = (step: Step<RedisSpec>): string => {
  if (step.do === "send") return Buffer.from(step.bytes).toString().replaceAll("\r\n", " ");
  if (step.do === "miss") return `miss ${step.miss.asked}: ${step.miss.nearest?.differs.join()}; `;
  return step.do === "wake" ? `wake ${step.afterMs}` : step.do;
};

const replaying = (...exchanges: Exchange<RedisSpec>[]) => {
  const session = redis.replay(peer, exactPool(redis, exchanges));
  const say = (text: string, at = 0) =>
    [...session.data({ from: "client", bytes: Buffer.from(`${text}\r\n`), at })].map(show).join("").trim();
  return Object.assign(say, { session });
};

const wake = ({ session }: ReturnType<typeof replaying>, at: number) => [...session.wake(at)].map(show).join("").trim();

test("set-up is answered without a recording, on a cold connection and a warm one alike", () => {
  const say = replaying(command("GET a", integer(1)));
  expect([say("AUTH x"), say("CLIENT SETNAME y"), say("PING"), say("SELECT 0"), say("GET a")]).toEqual([
    "+OK",
    "+OK",
    "+PONG",
    "+OK",
    ":1",
  ]);
});

test("the nth time asked gets the nth answer, then an error that names the nearest, and the connection stays", () => {
  const say = replaying(command("GET a", integer(1)), command("GET a", integer(2)));
  expect([say("GET a"), say("GET a")]).toEqual([":1", ":2"]);
  expect(say("GET b")).toContain("-ERR reprise: nothing recorded answers GET b");
  expect(say("PING")).toBe("+PONG");
});

test("what any node of a cluster may be asked is refused by those that were not, and is no miss", () => {
  expect(replaying()("CLUSTER SLOTS")).toBe("-ERR reprise: another node was asked");
  expect(replaying(command("CLUSTER SLOTS", list([]), "repeat"))("CLUSTER SLOTS")).toBe("*0");
});

test("of another node that answer is taken which one of the same cluster gave, and no redirection", () => {
  const at = (port: number) => list([bulk(Buffer.from("127.0.0.1")), integer(port)]);
  const slots = command("CLUSTER SLOTS", list([at(6379), at(6380)]), "repeat").spec;
  const asks: Ask<RedisSpec>[] = [];
  const pool: Pool<RedisSpec> = {
    take: (ask) => (asks.push(ask), { found: false, nearest: null }),
    recall: (shape, isAnywhere) => (shape === "CLUSTER SLOTS 2" && isAnywhere === true ? [slots] : []),
  };
  const here = { ...peer, host: "127.0.0.1", address: "127.0.0.1" };
  Array.from(redis.replay(here, pool).data({ from: "client", bytes: Buffer.from("GET a\r\n"), at: 0 }));
  const [{ otherwise } = {}] = asks;
  const answers = [integer(1), error("MOVED 1 127.0.0.1:6379")].map((reply) => command("GET a", reply).spec);
  const ports = [6380, 6381].map((port) => ({ host: "127.0.0.1", address: "127.0.0.1", port }));
  expect(answers.map((answer) => ports.map((port) => otherwise?.(answer, port)))).toEqual([
    [true, false],
    [false, false],
  ]);
});

test("another database is another answer", () => {
  const say = replaying(command("GET a", integer(1)));
  expect([say("SELECT 2"), say("GET a").slice(0, 4)]).toEqual(["+OK", "miss"]);
});

test("a transaction is answered as a whole", () => {
  const spec = { type: "transaction", ...setting, commands: [["INCR", "a"]], refused: [], reply: list([OK]) } as const;
  const say = replaying(exchange(spec));
  expect([say("MULTI"), say("INCR a"), say("EXEC")]).toEqual(["+OK", "+QUEUED", "*1 +OK"]);
  expect([say("MULTI"), say("INCR b"), say("DISCARD"), say("PING")]).toEqual(["+OK", "+QUEUED", "+OK", "+PONG"]);
});

test("who waits gets the next answer at once, the recorded silence after its time, and else waits for ever", () => {
  const nothing = { type: "null", of: "list" } as const;
  const say = replaying(
    command("BLPOP a 0", integer(7)),
    command("BLPOP b 1", nothing, "repeat"),
    command("BLPOP a 0", null, "repeat"),
  );
  expect([say("BLPOP a 0"), say("BLPOP b 1")]).toEqual([":7", "wake 1000"]);
  expect([say("PING", 10), wake(say, 1000), say("BLPOP a 0", 1000), say("PING", 2000)]).toEqual(["", "*-1 +PONG", "", ""]); // prettier-ignore
});

test("who waits gets what comes later, and what was asked behind it then", () => {
  const say = replaying(command("BLPOP a 0", null, "repeat"), command("BLPOP a 0", integer(7)));
  expect(say("BLPOP a 0\r\nPING")).toBe(":7 +PONG");
});

test("a channel's messages come each once", () => {
  const words = ["SUBSCRIBE", "c"];
  const said = (text: string): Value => list(["message", "c", text].map((word) => bulk(Buffer.from(word))));
  const confirmed = list([bulk(Buffer.from("subscribe")), bulk(Buffer.from("c")), integer(1)]);
  const pushes = (...values: Value[]) =>
    exchange(
      { type: "pushes", ...setting, words, pushes: values.map((value) => ({ afterMs: 30, value })) },
      values.length === 0 ? "repeat" : "once",
    );
  const first = exchange({ type: "subscription", ...setting, words, pushes: [{ afterMs: 0, value: confirmed }] });
  const say = replaying(first, pushes(), pushes(said("hi")), pushes());
  expect(say("SUBSCRIBE c")).toBe("*3 $9 subscribe $1 c :1 wake 30");
  expect([wake(say, 30), wake(say, 60)]).toEqual(["*3 $7 message $1 c $2 hi", ""]);
});

test("a refused AUTH is refused again", () => {
  const say = replaying(command("AUTH ann", { type: "error", text: "WRONGPASS no" }, "repeat"));
  expect([say("AUTH ann secret"), say("AUTH bob secret")]).toEqual(["-WRONGPASS no", "+OK"]);
});

test("a subscription is confirmed at once, and its messages come when they did", () => {
  const pushes = [
    { afterMs: 0, value: OK },
    { afterMs: 20, value: integer(1) },
  ];
  const say = replaying(exchange({ type: "subscription", ...setting, words: ["SUBSCRIBE", "c"], pushes }));
  expect(say("SUBSCRIBE c", 5)).toBe("+OK wake 20");
});
