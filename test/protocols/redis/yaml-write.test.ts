import { expect, test } from "bun:test";
import { ReplyReader } from "../../../src/protocols/redis/reply-reader.ts";
import { fromYaml } from "../../../src/protocols/redis/yaml-read.ts";
import { toYaml } from "../../../src/protocols/redis/yaml-write.ts";
import type { Value } from "../../../src/protocols/redis/value.ts";

const reply = (text: string): Value => {
  const reader = new ReplyReader();
  reader.push(Buffer.from(text));
  return reader.next() as Value;
};
const written = (text: string, version: 2 | 3 = 2) => {
  const spec = { type: "command", database: 0, version, words: ["GET", "k"], reply: reply(text) } as const;
  const { kind, spec: plain } = toYaml(spec);
  expect(fromYaml(kind, plain)).toEqual(spec);
  return (plain as { reply: unknown }).reply;
};

test("replies read as what they mean", () => {
  expect([
    written("$3\r\nabc\r\n"),
    written(":42\r\n"),
    written(":92233720368547758070\r\n"),
    written("+OK\r\n"),
    written("$-1\r\n"),
    written("*-1\r\n"),
    written("*2\r\n$1\r\na\r\n*1\r\n:1\r\n"),
    written("%1\r\n$1\r\na\r\n#t\r\n", 3),
    written("_\r\n", 3),
    written(",1.5\r\n", 3),
    written("|1\r\n+a\r\n:1\r\n~1\r\n+b\r\n", 3),
  ]).toEqual([
    "abc",
    42,
    { integer: "92233720368547758070" },
    { status: "OK" },
    null,
    { null: "list" },
    ["a", [1]],
    { map: [["a", true]] },
    null,
    { double: "1.5" },
    { attributes: [[{ status: "a" }, 1]], value: { set: [{ status: "b" }] } },
  ]);
});

test("what is as usual is not written", () => {
  expect(toYaml({ type: "command", database: 0, version: 2, words: ["BLPOP", "k", "0"], reply: null })).toEqual({
    kind: "RedisCommand",
    spec: { command: ["BLPOP", "k", "0"], unanswered: true },
  });
  expect(toYaml({ type: "subscription", database: 2, version: 3, words: ["SUBSCRIBE", "a"], pushes: [] })).toEqual({
    kind: "RedisSubscription",
    spec: { database: 2, version: 3, command: ["SUBSCRIBE", "a"], pushes: [] },
  });
});
