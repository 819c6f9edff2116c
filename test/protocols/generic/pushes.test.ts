import { expect, test } from "bun:test";
import type { Pool } from "../../../src/core/pool.ts";
import { generic, type GenericSpec } from "../../../src/protocols/generic/index.ts";
import { Pushes } from "../../../src/protocols/generic/pushes.ts";
import { exactPool } from "../../support/exact-pool.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const exchange = (response: string, reuse: "once" | "repeat") => ({
  spec: { request: [bytes("sub")], response: response === "" ? [] : [bytes(response)], closes: false, isPush: true },
  startedAt: 0,
  endedAt: 0,
  reuse,
});
const recorded = exactPool(generic, [exchange("", "repeat"), exchange("hi", "once")]);

/** Nothing is due for the patient. */
const early: Pool<GenericSpec> = {
  take: (ask) =>
    ask.isAwaited === true
      ? { found: true, spec: exchange("", "repeat").spec, mock: "silence", certainty: "exact" }
      : recorded.take(ask),
  recall: recorded.recall,
};
const show = (due: Iterable<{ readonly said: GenericSpec } | { readonly afterMs: number }>) =>
  [...due].map((each) => ("said" in each ? Buffer.concat(each.said.response).toString() : each.afterMs));

test("nothing is waited for where nothing came", () => {
  const pushes = new Pushes(early);
  expect([show(pushes.listen(bytes("get"), 10)), show(pushes.wake(20))]).toEqual([[], []]);
});

test("a push that is not due comes when nothing has changed for a second", () => {
  const pushes = new Pushes(early);
  expect(show(pushes.listen(bytes("sub"), 5_000))).toEqual([1_000]);
  expect([show(pushes.wake(5_900)), show(pushes.wake(6_000)), show(pushes.wake(6_900))]).toEqual([[], [900], ["hi"]]);
  expect(show(pushes.wake(9_000))).toEqual([]);
});
