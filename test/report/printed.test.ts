import { expect, test } from "bun:test";
import { between, plural, printDuration, printValue, storable, visible } from "../../src/report/printed.ts";

test("values print so that their type shows, and long ones are cut with their length said", () => {
  expect([printValue("a"), printValue(1), printValue(null), printValue(9n), printValue(undefined)]).toEqual([
    '"a"',
    "1",
    "null",
    '"9"',
    "nothing",
  ]);
  expect(printValue("x".repeat(5000), 10)).toBe('"xxxxxxxxx… (5002 characters in all)');
});

test("what JSON has no word for is spelt", () => {
  expect(storable({ a: [1n, new Uint8Array([0, 255]), Number.NaN], b: undefined })).toEqual({
    a: ["1", { base64: "AP8=" }, "NaN"],
    b: undefined,
  });
  expect(storable(new Uint8Array(70_000))).toMatchObject({ bytes: 70_000 });
});

test("nothing recorded can steer a terminal", () => {
  expect(visible("\u001B]0;owned\u0007 \u009Bx\r\nok\tok")).toBe("\\x1b]0;owned\\x07 \\x9bx\\x0d\nok\tok");
});

test("counts and lengths of time read well", () => {
  expect([plural(1, "test"), plural(0, "test")]).toEqual(["1 test", "0 tests"]);
  expect([2.44, 31.6, 1234, 125_000].map(printDuration)).toEqual(["2.4 ms", "32 ms", "1.2 s", "2 min 5 s"]);
  expect(between("2026-01-01T00:00:00Z", "2026-01-01T00:00:01.5Z")).toBe(1500);
});
