import { expect, test } from "bun:test";
import { commonPrefix, preview } from "../../../src/protocols/generic/bytes.ts";
import { textBytes } from "../../../src/lib/bytes/text.ts";

test("a preview is one line and says how much it leaves out", () => {
  expect(preview(textBytes("PING\r\n"))).toBe('"PING\\r\\n"');
  expect(preview(textBytes("x".repeat(100)))).toBe(`"${"x".repeat(60)}"… (100 bytes)`);
  expect(preview(Uint8Array.from([0, 255]))).toBe("hex 00ff");
});

test("the common beginning is found within and across blocks", () => {
  const a = new Uint8Array(20_000).fill(7);
  const b = a.slice(0, 15_000);
  expect(commonPrefix(a, b)).toBe(15_000);
  b[9000] = 8;
  expect(commonPrefix(a, b)).toBe(9000);
  expect(commonPrefix(new Uint8Array(0), b)).toBe(0);
});
