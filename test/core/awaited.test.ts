import { expect, test } from "bun:test";
import { Awaited } from "../../src/core/awaited.ts";
import type { Pool, Take } from "../../src/core/pool.ts";

const key = { text: "next", shape: "next", asked: "next" };

/** Gives what is told, then the silence (an empty text) again and again; `asked` are the questions' patience. */
const awaiting = (...told: readonly (readonly [mock: string, spec: string])[]) => {
  const left = [...told];
  const asked: (boolean | undefined)[] = [];
  const pool: Pool<string> = {
    take: ({ isAwaited }): Take<string> => {
      asked.push(isAwaited);
      const [mock, spec] = left.shift() ?? (["silence", ""] as const);
      return { found: true, mock, spec, certainty: "exact" };
    },
    recall: () => told.map(([, spec]) => spec),
  };
  const ask = { key, differs: () => [], similarity: null };
  return { asked, awaited: new Awaited(pool, { ask, keyOf: () => key, isSilence: (spec) => spec === "" }) };
};

test("what has come is given once each, then it is silent", () => {
  const { awaited } = awaiting(["silence", ""], ["a", "one"], ["silence", ""], ["a", "one"]);
  expect([awaited.next(true), awaited.next(true), awaited.next(true)]).toEqual(["one", "silence", "silence"]);
  expect(awaited.knowsSilence).toBe(true);
});

test("it is over when all that was recorded has come", () => {
  const { awaited } = awaiting(["a", "one"]);
  expect(awaited.isOver).toBe(false);
  awaited.next(true);
  expect([awaited.isOver, awaited.knowsSilence]).toEqual([true, false]);
});

test("only the patient keep to the recorded order", () => {
  const { awaited, asked } = awaiting(["a", "one"], ["b", "two"]);
  awaited.next(true);
  awaited.next(false);
  expect(asked).toEqual([true, false]);
});
