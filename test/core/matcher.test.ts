import { describe, expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { FormatError } from "../../src/core/errors.ts";
import { readMatcher } from "../../src/core/matcher.ts";

const allows = (matcher: string, actual: unknown, expected: unknown = "x", shiftMs = 0): boolean => {
  const difference: Difference = { path: "p", expected, actual, change: "changed" };
  return readMatcher(matcher).allows({ difference, wholes: [], shiftMs });
};

const id = "0b8e7a7c-51a5-4f0c-9f57-1f6e2b4a9c10";

describe("what each allows, and what not", () => {
  const rows: readonly (readonly [
    matcher: string,
    good: readonly unknown[],
    bad: readonly unknown[],
    expected?: unknown,
  ])[] = [
    // prettier-ignore
    ["uuid", [id, id.toUpperCase()], ["abc", 7, null, ""]],
    ["hex", ["00ff"], ["00fg", 10]],
    ["timestamp", ["2026-11-21T14:00:00Z", 1_795_269_600, "14:00:00"], ["soon", 12, null]],
    ["timestamp within 5s", ["2026-11-21T14:00:04Z"], ["2026-11-21T14:00:06Z", "soon"], "2026-11-21T14:00:00Z"],
    ["timestamp ± 1500 ms", [1_795_269_601_400], [1_795_269_601_600], 1_795_269_600_000],
    ["number", [7, 1.5, "3901893838467593711"], ["x", null], 3],
    ["number", ["8", 8], ["x", true], "3901893838467593711"],
    ["number ± 1 %", [101, 99], [102, "x"], 100],
    ["number +- 0.5", [1.5, 0.5], [1.6, 0.4], 1],
    ["number within 2%", [-98], [-97], -100],
    ["length 3", ["abc", [1, 2, 3], 123], ["ab", null]],
    ["length 2..4", ["ab", "abcd"], ["a", "abcde"]],
    ["length 2..", ["ab", "abcdef"], ["a"]],
    ["present", ["", null, 0], []],
    ["random text", ["", "x"], [1]],
    ["hex and length 4", ["00ff"], ["00f", "00fg"]],
    ["like Order {uuid} made", [`Order ${id} made`], [`Order ${id} paid`, "Order x made"]],
    ["^[a-c]+$", ["abc"], ["abd"]],
    ["(?i)^abc$", ["ABC"], ["ABCD"]],
    ["/^uuid$/", ["uuid"], ["uuids"]],
    ["/^A$/i", ["a"], ["b"]],
  ];
  for (const [matcher, good, bad, expected = "x"] of rows) {
    test(matcher, () => {
      expect(good.filter((value) => !allows(matcher, value, expected))).toEqual([]);
      expect(bad.filter((value) => allows(matcher, value, expected))).toEqual([]);
    });
  }
});

test("a number stays a number, a text that holds one a text", () => {
  const retyped: Difference = { path: "p", expected: 3, actual: "3", change: "retyped" };
  const number = readMatcher("number");
  expect(number.allows({ difference: retyped, wholes: [], shiftMs: 0 })).toBe(false);
  expect(number.allows({ difference: { ...retyped, expected: "3", actual: 3 }, wholes: [], shiftMs: 0 })).toBe(false);
});

test("what is gone is allowed by none of them", () => {
  const difference: Difference = { path: "p", expected: "x", change: "missing" };
  const all = ["uuid", "timestamp", "number", "hex", "present", "random text", "like a {word}", "^.*$", "length 1"];
  expect(all.filter((each) => readMatcher(each).allows({ difference, wholes: [], shiftMs: 0 }))).toEqual([]);
});

test("an instant may be nearer to the clock than to the recording", () => {
  const year = 365 * 86_400_000;
  expect(allows("timestamp within 5s", 1_795_269_602 + year / 1000, 1_795_269_600, year)).toBe(true);
  expect(allows("timestamp within 5s", 1_795_269_602 + year / 1000, 1_795_269_600, 0)).toBe(false);
});

test("what begins like a matcher and goes on otherwise is refused, and so is what was mistyped", () => {
  const broken = [
    "timestamp within 5 parsecs",
    "number ± a lot",
    "length",
    "length 5..2",
    "uuid 4",
    "any order and length 3",
    "like Order {guid}",
    "uiid",
    "timestmp",
    "any ordr",
    "[a-",
  ];
  for (const each of broken) expect(() => readMatcher(each)).toThrow(FormatError);
  expect(() => readMatcher("uiid")).toThrow("the matcher `uiid` is broken: did you mean `uuid`?");
});
