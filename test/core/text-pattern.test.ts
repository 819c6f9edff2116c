import { expect, test } from "bun:test";
import { compilePattern, holesIn, patternOf } from "../../src/core/text-pattern.ts";

const uuids = ["0b8e7a7c-51a5-4f0c-9f57-1f6e2b4a9c10", "f3a1c6de-0000-4abc-8def-0123456789ab"] as const;

test("the words that all samples share stay, and each hole has the form of what stood in it", () => {
  expect(patternOf(uuids.map((id) => `Order ${id} made`))).toBe("Order {uuid} made");
  expect(patternOf(["at 2026-11-21T14:00:00Z by Ann", "at 2026-11-21T14:00:02Z by Ann"])).toBe("at {timestamp} by Ann");
  expect(patternOf(["took 3.1 ms", "took 12 ms"])).toBe("took {number} ms");
  expect(patternOf(["/orders/17/items", "/orders/4/items"])).toBe("/orders/{number}/items");
  expect(patternOf(["id=0123456789abcdef;", "id=fedcba9876543210;"])).toBe("id={hex};");
  expect(patternOf(["sid=s%3Aabc.def%2B; Path=/", "sid=s%3Aqqq.dxx; Path=/"])).toBe("sid={word}; Path=/");
  expect(patternOf(["a b c", "a b c d"])).toBe("a b {text}");
});

test("a token of base64 is one word, however it falls apart", () => {
  const pattern = patternOf(["session=abc+d/ef==; Path=/", "session=x1c+d2ef==; Path=/"]) ?? "";
  expect(pattern).toBe("session={word}; Path=/");
  expect(["session=ab-cd_9; Path=/", "session=ab cd; Path=/", "other=abcd; Path=/"].map((text) => compilePattern(pattern).test(text))).toEqual([true, false, false]); // prettier-ignore
});

test("a token of base64 is one word also where it begins with a sign", () => {
  const samples = ["session=/kRb+xQ9; Path=/", "session=aKRb0xQ9; Path=/", "session=-kRbcxQ_; Path=/"];
  expect(patternOf(samples)).toBe("session={word}; Path=/");
});

test("what has no word in common is no pattern", () => {
  expect(patternOf(["abc123", "def456"])).toBeNull();
  expect(patternOf(["", "x"])).toBeNull();
  expect(patternOf(["a.b-c.d", "e.f.g"])).toBeNull();
});

test("everything outside of the holes is as it is", () => {
  expect(compilePattern("cost (in $): {number}.").test("cost (in $): 12.50.")).toBe(true);
  expect(compilePattern("cost (in $): {number}.").test("cost [in $]: 12.50.")).toBe(false);
  expect(compilePattern("a \\{uuid} b").test("a {uuid} b")).toBe(true);
  const braces = patternOf(["{x} 1", "{x} 2"]) ?? "";
  expect([braces, compilePattern(braces).test("{x} 3")]).toEqual(["\\{x} {number}", true]);
});

test("parts that vary are counted, braces that are text are not", () => {
  expect(["plain", "{number} of {number}", "\\{number} {hex}"].map(holesIn)).toEqual([0, 2, 1]);
});
