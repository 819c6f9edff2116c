import { expect, test } from "bun:test";
import type { Pool, Take } from "../../../src/core/pool.ts";
import { Expected, isSilence } from "../../../src/protocols/redis/expected.ts";
import type { RedisSpec } from "../../../src/protocols/redis/index.ts";
import { integer, type Value } from "../../../src/protocols/redis/value.ts";

const setting = { database: 0, version: 2 } as const;
const asked = (reply: Value | null): RedisSpec => ({ type: "command", ...setting, words: ["BLPOP", "a", "0"], reply });

/** Gives what is told, then the silence again and again. */
const telling = (...told: readonly (readonly [mock: string, spec: RedisSpec])[]): Pool<RedisSpec> => {
  const left = [...told];
  return {
    take: (): Take<RedisSpec> => {
      const [mock, spec] = left.shift() ?? (["silence", asked(null)] as const);
      return { found: true, mock, spec, certainty: "exact" };
    },
    recall: () => told.map(([, spec]) => spec),
  };
};

test("what has come is given once each, then it is silent", () => {
  const one = asked(integer(1));
  const expected = new Expected(telling(["silence", asked(null)], ["a", one], ["silence", asked(null)], ["a", one]), asked(null)); // prettier-ignore
  expect([expected.next(), expected.next(), expected.next()]).toEqual([one, "silence", "silence"]);
  expect(expected.knowsSilence).toBe(true);
});

test("it is over when all that was recorded has come", () => {
  const expected = new Expected(telling(["a", asked(integer(1))]), asked(null));
  expect(expected.isOver).toBe(false);
  expected.next();
  expect([expected.isOver, expected.knowsSilence]).toEqual([true, false]);
});

test("silence is a wait in vain", () => {
  const pushes = { type: "pushes", ...setting, words: ["SUBSCRIBE", "c"] } as const;
  const specs = [asked(null), asked({ type: "null", of: "list" }), asked(integer(1)), { ...pushes, pushes: [] }, { ...pushes, pushes: [{ afterMs: 1, value: integer(1) }] }]; // prettier-ignore
  expect(specs.map(isSilence)).toEqual([true, true, false, true, false]);
});
