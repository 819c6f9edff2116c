import { expect, test } from "bun:test";
import { bytesOf, shown, wordOf } from "../../../src/protocols/redis/text-bytes.ts";

test("UTF-8 is text, anything else stays bytes, and both come back", () => {
  for (const bytes of [Buffer.from("grün ☂"), Buffer.from("\ufeffx"), Uint8Array.of(0xff, 0)]) {
    expect(Uint8Array.from(bytesOf(wordOf(bytes)))).toEqual(Uint8Array.from(bytes));
  }
  expect([wordOf(Buffer.from("a")), wordOf(Uint8Array.of(0xff))]).toEqual(["a", Uint8Array.of(0xff)]);
});

test("for people a word is short and in one line", () => {
  expect([shown("a\r\nb", 10), shown("x".repeat(20), 5), shown(Uint8Array.of(255, 1), 10)]).toEqual([
    "a b",
    "xxxx…",
    "\\xff01",
  ]);
});
