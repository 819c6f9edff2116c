import { expect, test } from "bun:test";
import {
  bytesOf,
  decodeText,
  encodeText,
  exactText,
  latin1Text,
  readableText,
  textBytes,
  wordOf,
} from "../../../src/lib/bytes/text.ts";

test("text is what UTF-8 gives back exactly", () => {
  expect(exactText(textBytes("é\ufeff\u0000"))).toBe("é\ufeff\u0000");
  expect(exactText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe("\ufeffA");
  expect(exactText(Uint8Array.of(0xc3, 0x28))).toBeUndefined();
  expect(latin1Text(Uint8Array.of(0x41, 0xe9))).toBe("Aé");
});

test("short and long texts become bytes of their own", () => {
  for (const count of [4095, 4096, 100_000]) {
    const bytes = textBytes("ü".repeat(count));
    expect([bytes.length, bytes.buffer.byteLength]).toEqual([2 * count, 2 * count]);
    expect(exactText(bytes)).toBe("ü".repeat(count));
  }
});

test("readable is what reads the same for people and for YAML", () => {
  for (const text of ["a\tb\r\nç", "Grüße,\r\n\tzwei 🎈"]) expect(readableText(textBytes(text))).toBe(text);
  for (const odd of ["a\u0000", "\u001b[1m", "\u007f", "\ufeffx", "\u0085", "\u2028", "\uffff"])
    expect(readableText(textBytes(odd))).toBeUndefined();
  expect(readableText(Uint8Array.of(0xff))).toBeUndefined();
});

test("a word is text or bytes, and both come back", () => {
  expect([wordOf(Buffer.from("Zoë")), wordOf(Uint8Array.of(0xff, 0))]).toEqual(["Zoë", Uint8Array.of(0xff, 0)]);
  for (const bytes of [Buffer.from("grün ☂"), Buffer.from("\ufeffx"), Uint8Array.of(0xff, 0)]) {
    expect(bytesOf(wordOf(bytes))).toEqual(Uint8Array.from(bytes));
  }
});

test("any bytes survive being text, and are no other text", () => {
  for (const bytes of [
    Buffer.from("é😀"),
    Uint8Array.of(0xe9, 0xff),
    Uint8Array.of(0xe9, 0x41),
    Buffer.from("\uf8ffx"),
    Buffer.from("\ufeffbom"),
  ]) {
    expect(encodeText(decodeText(bytes))).toEqual(Uint8Array.from(bytes));
  }
  expect(decodeText(Uint8Array.of(0xe9))).not.toBe(decodeText(Buffer.from("é")));
});
