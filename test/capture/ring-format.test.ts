import { expect, test } from "bun:test";
import { RING_BUSY, RING_DISCARDED, recordLength, ringLength } from "../../src/capture/ring-format.ts";

test("a record takes its length, its head, and padding to 8", () => {
  expect([0, 1, 8, 72, 73].map(ringLength)).toEqual([8, 16, 16, 80, 88]);
});

test("marks are no part of the length", () => {
  expect(recordLength((RING_BUSY | RING_DISCARDED | 72) >>> 0)).toBe(72);
  expect(ringLength((RING_DISCARDED | 72) >>> 0)).toBe(80);
});
