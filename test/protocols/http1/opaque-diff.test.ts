import { expect, test } from "bun:test";
import { diffOpaque, firstDifference } from "../../../src/protocols/http1/opaque-diff.ts";
import { bytes } from "./example.ts";

test("the first offset that differs is found in short and long bodies", () => {
  const long = new Uint8Array(1_000_000);
  const changed = long.slice();
  changed[777_777] = 1;
  expect([
    firstDifference(long, changed),
    firstDifference(long, long),
    firstDifference(long, long.subarray(0, 9000)),
  ]).toEqual([777_777, 1_000_000, 9000]);
});

test("short bodies are shown whole, long ones where they differ", () => {
  expect(diffOpaque("body", bytes("same"), bytes("same"))).toEqual([]);
  expect(diffOpaque("body", bytes("one"), bytes("two"))).toEqual([
    { path: "body", expected: "one", actual: "two", change: "changed" },
  ]);
  const [left, right] = [`${"ä".repeat(300)}old${"x".repeat(300)}`, `${"ä".repeat(300)}new${"x".repeat(300)}`];
  expect(diffOpaque("body", bytes(left), bytes(right))).toEqual([
    {
      path: "body",
      expected: `(903 bytes, first difference at 600) …${"ä".repeat(20)}old${"x".repeat(77)}…`,
      actual: `(903 bytes, first difference at 600) …${"ä".repeat(20)}new${"x".repeat(77)}…`,
      change: "changed",
    },
  ]);
});

test("bytes that are no text are shown in hexadecimal, and nothing against something is not a change", () => {
  expect(diffOpaque("body", new Uint8Array([255, 0]), new Uint8Array([255, 1]))).toEqual([
    { path: "body", expected: "hex ff00", actual: "hex ff01", change: "changed" },
  ]);
  expect(diffOpaque("body", bytes(""), bytes("x"))).toEqual([{ path: "body", actual: "x", change: "added" }]);
});
