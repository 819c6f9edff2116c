import { expect, test } from "bun:test";
import { differences } from "../../../src/protocols/redis/differences.ts";
import { keyOf } from "../../../src/protocols/redis/key.ts";
import type { RedisSpec } from "../../../src/protocols/redis/spec.ts";
import { OK } from "../../../src/protocols/redis/value.ts";

const command = (text: string, database = 0): RedisSpec => ({
  type: "command",
  database,
  version: 2,
  words: text.split(" "),
  reply: OK,
});
const transaction = (...texts: string[]): RedisSpec => ({
  type: "transaction",
  database: 0,
  version: 2,
  commands: texts.map((text) => text.split(" ")),
  refused: [],
  reply: OK,
});

test("each word that differs is named with its place", () => {
  expect(differences(command("SET k 1"), command("SET k 2"))).toEqual([
    { path: "words[2]", expected: "1", actual: "2", change: "changed" },
  ]);
  expect(differences(command("DEL a"), command("DEL a b", 3))).toEqual([
    { path: "words[2]", actual: "b", change: "added" },
    { path: "database", expected: 0, actual: 3, change: "changed" },
  ]);
  expect(differences(transaction("SET a 1", "INCR a"), transaction("SET a 2"))).toEqual([
    { path: "commands[0].words[2]", expected: "1", actual: "2", change: "changed" },
    { path: "commands[1].words[0]", expected: "INCR", change: "missing" },
    { path: "commands[1].words[1]", expected: "a", change: "missing" },
  ]);
});

test("there is a difference exactly where the keys differ", () => {
  const specs: RedisSpec[] = [
    command("GET a"),
    command("get a"),
    command("GET b"),
    command("GET a", 1),
    transaction("GET a"),
    { ...command("GET a"), version: 3 } as RedisSpec,
    { type: "subscription", database: 0, version: 2, words: ["GET", "a"], pushes: [] },
    { type: "hello", database: 0, version: 2, reply: OK },
  ];
  for (const one of specs) {
    for (const other of specs) {
      expect(differences(one, other).length === 0).toBe(keyOf(one).text === keyOf(other).text);
    }
  }
});
