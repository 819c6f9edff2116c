import { expect, test } from "bun:test";
import { type EarlyAct, EarlyActs } from "../../src/capture/early-acts.ts";

const early = (at: number): EarlyAct => {
  const actor = { kind: "thread", process: 1, lineage: [], isPolled: false, isSure: false } as const;
  return { act: { does: "send", seq: 0, length: 0, first: 0, actor }, at };
};

test("acts are given once, in order, and by their end", () => {
  const acts = new EarlyActs();
  for (const at of [1, 2]) acts.add("a", early(at));
  acts.add("b", early(3));
  expect([acts.take("a"), acts.take("a"), acts.take("b")]).toEqual([[early(1), early(2)], [], [early(3)]]);
});

test("of many ends the last ones are kept, and of each the first acts", () => {
  const acts = new EarlyActs();
  for (let end = 0; end < 3_000; end++) acts.add(String(end), early(end));
  for (let at = 0; at < 1_000; at++) acts.add("2999", early(at));
  expect([acts.take("0"), acts.take("2000")]).toEqual([[], [early(2_000)]]);
  expect(acts.take("2999").length).toBeLessThan(100);
});
