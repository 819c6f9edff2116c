import { expect, test } from "bun:test";
import {
  exactText,
  latin1Text,
  NOTHING,
  ownBytes,
  readableText,
  sameBytes,
  textBytes,
} from "../../../src/protocols/http1/text-bytes.ts";

test("text is what UTF-8 gives back exactly", () => {
  expect(exactText(textBytes("é\ufeff\u0000"))).toBe("é\ufeff\u0000");
  expect(exactText(new Uint8Array([0xef, 0xbb, 0xbf, 0x41]))).toBe("\ufeffA");
  expect(exactText(new Uint8Array([0xc3, 0x28]))).toBeUndefined();
});

test("readable is what an editor shows", () => {
  expect(readableText(textBytes("a\tb\r\nç"))).toBe("a\tb\r\nç");
  for (const odd of ["\u0000", "\u001b[1m", "\ufeffx", "\u0085", "\u2028"])
    expect(readableText(textBytes(odd))).toBeUndefined();
});

test("bytes are compared by value, and leave the buffer they are a view of when asked to", () => {
  const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
  expect(sameBytes(view, new Uint8Array([2, 3]))).toBe(true);
  expect(sameBytes(view, NOTHING)).toBe(false);
  expect(ownBytes(view).buffer.byteLength).toBe(2);
  const whole = new Uint8Array(3);
  expect(ownBytes(whole)).toBe(whole);
  expect(latin1Text(new Uint8Array([0x41, 0xe9]))).toBe("Aé");
});
