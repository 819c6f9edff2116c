/** Words of zone-file lines. */
import { expect, test } from "bun:test";
import { quoted, tokenBytes, tokensOf } from "../../../src/protocols/dns/tokens.ts";

test("blanks part, quotes hold together, comments end a line", () => {
  expect(tokensOf('shop.\t60 IN TXT "a b" "" c\\ d alpn="h2,h3" ; why')?.map(({ text }) => text)).toEqual([
    "shop.",
    "60",
    "IN",
    "TXT",
    "a b",
    "",
    "c\\ d",
    "alpn=h2,h3",
  ]);
  expect(tokensOf('"open')).toBeUndefined();
  expect(tokensOf("")).toEqual([]);
});

test("bytes survive quoting", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const [token] = tokensOf(quoted(all)) ?? [];
  expect(token?.isQuoted).toBe(true);
  expect(tokenBytes(token?.text ?? "")).toEqual(all);
  expect(tokenBytes("\\300")).toBeUndefined();
});
