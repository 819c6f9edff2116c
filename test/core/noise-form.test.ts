import { expect, test } from "bun:test";
import { formOf } from "../../src/core/noise-form.ts";

const AT = Date.UTC(2026, 10, 21, 14);
const form = (...values: unknown[]) => formOf(values.map((value) => ({ value, clocks: [AT] })));

test("the tightest form that all values have", () => {
  const ids = ["0b8e7a7c-51a5-4f0c-9f57-1f6e2b4a9c10", "f3a1c6de-0000-4abc-8def-0123456789ab"];
  expect(form(...ids)).toEqual({ matcher: "uuid", reason: "uuid" });
  expect(form("2026-11-21T14:00:00Z", "2026-11-21T14:00:02Z")).toEqual({ matcher: "timestamp", reason: "timestamp" });
  expect(form(3, 1.5)).toEqual({ matcher: "number", reason: "number" });
  expect(form("3901893838467593711", 39_018_938)).toEqual({ matcher: "number", reason: "number" });
  expect(form("3", 17)).toEqual({ matcher: null, reason: "varies" });
  expect(form("3", "17")).toEqual({ matcher: "number", reason: "number" });
  expect(form("0123456789ab", "ba9876543210")).toEqual({ matcher: "hex", reason: "random hex" });
  expect(form("Ann is 3", "Ann is 4")).toEqual({
    matcher: "like Ann is {number}",
    reason: "text with parts that vary",
  });
  expect(form("red", "blue")).toEqual({ matcher: "random text", reason: "random text" });
  expect(form(1, undefined)).toEqual({ matcher: null, reason: "comes and goes" });
  expect(form(1, "x")).toEqual({ matcher: null, reason: "varies" });
  expect(form(true, false)).toEqual({ matcher: null, reason: "varies" });
});

test("a count of seconds is an instant only near its clock", () => {
  expect(form(AT / 1000, AT / 1000 + 2)).toEqual({ matcher: "timestamp", reason: "timestamp" });
  expect(form(1_234_567_890, 1_987_654_321)).toEqual({ matcher: "number", reason: "number" });
});

test("few hex digits are hex by chance", () => {
  expect(form("ab1", "cd2")).toEqual({ matcher: "random text", reason: "random text" });
});
