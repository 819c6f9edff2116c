import { expect, test } from "bun:test";
import { heapStats } from "bun:jsc";
import { collecting, Collector, collectYoung } from "../../src/record/collect.ts";

const STEP = 128 << 10;

/** Some megabytes that nobody needs. */
const waste = (): number => Array.from({ length: 20_000 }, (_, index) => ({ index, text: `${index}` })).length;

test("what a long journal leaves behind is collected while it is decoded", () => {
  const collector = new Collector(0);
  let most = 0;
  Bun.gc(true);
  const { heapSize: before } = heapStats();
  for (let position = STEP; position <= 200 * STEP; position += STEP) {
    waste();
    collector.decoded(position);
    most = Math.max(most, heapStats().heapSize);
  }
  collector.finished(200 * STEP);
  expect(most - before).toBeLessThan(24 << 20);
  expect(heapStats().heapSize - before).toBeLessThan(4 << 20);
});

test("items pass as they are", () => {
  const items = Array.from({ length: 2_500 }, (_, index) => index);
  expect([...collecting(items)]).toEqual(items);
  collectYoung();
});
