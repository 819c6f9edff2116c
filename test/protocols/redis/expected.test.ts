import { expect, test } from "bun:test";
import { expected, isSilence } from "../../../src/protocols/redis/expected.ts";
import { redis, type RedisSpec } from "../../../src/protocols/redis/index.ts";
import { integer, type Value } from "../../../src/protocols/redis/value.ts";
import { exactPool } from "../../support/exact-pool.ts";

const setting = { database: 0, version: 2 } as const;
const asked = (reply: Value | null): RedisSpec => ({ type: "command", ...setting, words: ["BLPOP", "a", "0"], reply });
const exchange = (reply: Value | null) => ({ spec: asked(reply), startedAt: 0, endedAt: 0, reuse: reply === null ? "repeat" as const : "once" as const }); // prettier-ignore

test("the answers to one command that waits come in their order", () => {
  const awaited = expected(exactPool(redis, [exchange(null), exchange(integer(1)), exchange(integer(2))]), asked(null));
  expect(awaited.knowsSilence).toBe(true);
  expect([awaited.next(true), awaited.next(true), awaited.isOver]).toEqual([asked(integer(1)), asked(integer(2)), true]); // prettier-ignore
});

test("silence is a wait in vain", () => {
  const pushes = { type: "pushes", ...setting, words: ["SUBSCRIBE", "c"] } as const;
  const specs = [asked(null), asked({ type: "null", of: "list" }), asked(integer(1)), { ...pushes, pushes: [] }, { ...pushes, pushes: [{ afterMs: 1, value: integer(1) }] }]; // prettier-ignore
  expect(specs.map(isSilence)).toEqual([true, true, false, true, false]);
});
