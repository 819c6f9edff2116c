import { expect, test } from "bun:test";
import { fromYaml } from "../../../src/protocols/redis/yaml-read.ts";

test("numbers may stand in a command that was edited by hand", () => {
  expect(fromYaml("RedisCommand", { command: ["SET", "k", 7], reply: { status: "OK" } })).toEqual({
    type: "command",
    database: 0,
    version: 2,
    words: ["SET", "k", "7"],
    reply: { type: "status", text: "OK" },
  });
});

test.each([
  [{ command: [], reply: 1 }, "spec.command is not a list with a command in it."],
  [{ command: ["GET"], reply: 1.5 }, "spec.reply is not a number as Redis writes it."],
  [{ command: ["GET"], reply: { status: "a\nb" } }, "spec.reply.status is not in one line."],
  [{ command: ["GET"], reply: { what: 1 } }, "spec.reply is not a reply of Redis."],
  [{ command: ["GET"], reply: [1, { map: [[1]] }] }, "spec.reply[1].map[0] is not a pair."],
  [{ command: ["GET"], reply: 1, version: 4 }, "spec.version is not 2 or 3."],
  [{ command: ["GET"], reply: 1, database: -1 }, "spec.database is not a whole number."],
  [7, "spec is not a mapping."],
])("%j is refused with its place", (spec, message) => {
  expect(() => fromYaml("RedisCommand", spec)).toThrow(message);
});
