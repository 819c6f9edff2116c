import { expect, test } from "bun:test";
import { ansiPaint, plainPaint } from "../../src/report/paint.ts";

test("plain paint changes nothing, the other one ends what it begins", () => {
  expect(plainPaint.bad("x")).toBe("x");
  expect(ansiPaint.bad("x")).toBe("\u001B[31mx\u001B[39m");
  expect(ansiPaint.strong(ansiPaint.good(""))).toBe("");
});
