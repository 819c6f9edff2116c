import { expect, test } from "bun:test";
import { readInstant, writeInstant } from "../../../src/lib/text/instant.ts";

test("an instant comes back to the microsecond", () => {
  for (const at of [0, 1, 1_763_711_137_123.456, 1_763_711_137_999.999, 1_763_711_137_999.9998, -1.5]) {
    expect(Math.abs((readInstant(writeInstant(at)) ?? NaN) - at)).toBeLessThanOrEqual(0.0006);
  }
  expect(writeInstant(1_763_711_137_123.456)).toBe("2025-11-21T07:45:37.123456Z");
  expect(writeInstant(1_763_711_137_999.9998)).toBe("2025-11-21T07:45:38.000000Z");
});

test("nanoseconds, offsets and no fraction are read", () => {
  const at = 1_763_711_137_123.457;
  expect(readInstant("2025-11-21T07:45:37.123456789Z")).toBe(at);
  expect(readInstant("2025-11-21T13:15:37.123456789+05:30")).toBe(at);
  expect(readInstant("2025-11-21T07:45:37Z")).toBe(1_763_711_137_000);
});

test("other text is not an instant", () => {
  for (const text of ["", "2025-11-21", "soon", "2025-99-21T07:45:37Z"]) expect(readInstant(text)).toBeUndefined();
});
