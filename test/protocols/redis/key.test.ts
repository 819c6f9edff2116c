import { expect, test } from "bun:test";
import { keyOf, line, pushesShape, transactionShape } from "../../../src/protocols/redis/key.ts";
import type { RedisSpec } from "../../../src/protocols/redis/spec.ts";
import { OK } from "../../../src/protocols/redis/value.ts";
import type { Word } from "../../../src/lib/bytes/text.ts";

const command = (words: readonly Word[], database = 0): RedisSpec => ({
  type: "command",
  database,
  version: 2,
  words,
  reply: OK,
});

test("every word, the database and the kind count; a command's capitals do not", () => {
  const texts = [
    command(["GET", "a"]),
    command(["GET", "A"]),
    command(["GET", "a"], 1),
    command(["GET", "a", "b"]),
    command(["GET", Buffer.from("a")]),
    { ...command(["GET", "a"]), version: 3 } as RedisSpec,
    { type: "transaction", database: 0, version: 2, commands: [["GET", "a"]], refused: [], reply: OK } as RedisSpec,
    { type: "subscription", database: 0, version: 2, words: ["GET", "a"], pushes: [] } as RedisSpec,
    { type: "pushes", database: 0, version: 2, words: ["GET", "a"], pushes: [] } as RedisSpec,
    { type: "hello", database: 0, version: 2, reply: OK } as RedisSpec,
  ].map((spec) => keyOf(spec).text);
  expect(new Set(texts).size).toBe(texts.length);
  expect(keyOf(command(["get", "a"]))).toEqual(keyOf({ ...command(["GET", "a"]), words: ["get", "a"] } as RedisSpec));
  expect(keyOf(command(["get", "a"])).text).toBe(keyOf(command(["GET", "a"])).text);
});

test("shapes leave values out, lines are for people", () => {
  expect(keyOf(command(["set", "k", "v"]))).toMatchObject({ shape: "SET 3", asked: "set k v" });
  expect(line(["SET", "k", "v".repeat(500)]).length).toBeLessThan(60);
  expect(line(["SET", "a\r\nb", Uint8Array.of(255, 1)])).toBe("SET a b \\xff01");
  expect([
    transactionShape([
      ["incr", "a"],
      ["get", "b"],
    ]),
    pushesShape(["GET", "a"]),
  ]).toEqual(["MULTI INCR GET", 'pushes after ["GET","a"]']);
});
