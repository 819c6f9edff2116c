import { expect, test } from "bun:test";
import { equalBytes, joinBytes, joined, NOTHING, ownBytes } from "../../../src/lib/bytes/pieces.ts";

const view = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);

test("bytes are compared by value", () => {
  expect([equalBytes(view, Uint8Array.of(2, 3)), equalBytes(view, NOTHING)]).toEqual([true, false]);
});

test("a view leaves its buffer when asked to, and what has its own stays", () => {
  expect([ownBytes(view), ownBytes(view).buffer.byteLength]).toEqual([Uint8Array.of(2, 3), 2]);
  const whole = new Uint8Array(3);
  expect(ownBytes(whole)).toBe(whole);
});

test("pieces are joined in order, and one alone is not copied unless it pins a larger buffer", () => {
  for (const join of [joined, joinBytes]) {
    expect(join([Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3)])).toEqual(Uint8Array.of(1, 2, 3));
    expect(join([])).toEqual(new Uint8Array(0));
    const whole = new Uint8Array(3);
    expect(join([whole])).toBe(whole);
  }
  expect(joined([view])).toBe(view);
  expect([joinBytes([view]), joinBytes([view]).buffer.byteLength]).toEqual([Uint8Array.of(2, 3), 2]);
});
