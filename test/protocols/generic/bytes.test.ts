import { expect, test } from "bun:test";
import { commonPrefix, joined, preview, readableText, textBytes } from "../../../src/protocols/generic/bytes.ts";

test("text is what reads the same for people and for YAML", () => {
  expect(readableText(textBytes("Grüße,\r\n\tzwei 🎈"))).toBe("Grüße,\r\n\tzwei 🎈");
  for (const bytes of [[0xff], [0x61, 0], [0x1b], [0x7f], [0xc2, 0x85], [0xef, 0xbb, 0xbf, 0x61], [0xe2, 0x80, 0xa8]]) {
    expect(readableText(Uint8Array.from(bytes))).toBeUndefined();
  }
});

test("runs are joined, and one alone is not copied", () => {
  const one = textBytes("one");
  expect(joined([one])).toBe(one);
  expect(joined([one, textBytes(" two")])).toEqual(textBytes("one two"));
  expect(joined([])).toEqual(new Uint8Array(0));
});

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
