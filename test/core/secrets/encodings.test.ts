import { expect, test } from "bun:test";
import { encodings, isEncoding, readSpan, spellings } from "../../../src/core/secrets/encodings.ts";

test("a span is read by what surrounds it, and spelt again as it was", () => {
  const value = "p\"ä ss/+'&<";
  for (const [surround, names] of [
    ["json", ["json"]],
    ["json2", ["json2"]],
    ["url", ["url", "urlstrict", "urllower", "form"]],
    ["xml", ["xml"]],
    ["sql", ["sql"]],
  ] as const) {
    for (const name of names) {
      const read = readSpan(encodings[name](value), surround);
      expect(read.value).toBe(value);
      expect(encodings[read.encoding ?? "json"](value)).toBe(encodings[name](value));
    }
  }
});

test("what no spelling of ours gives again is kept as it stands", () => {
  expect(readSpan("a\\u0062c", "json")).toEqual({ value: "a\\u0062c", encoding: null });
  expect(readSpan("100%", "url")).toEqual({ value: "100%", encoding: null });
  expect(readSpan("plain", "json")).toEqual({ value: "plain", encoding: null });
});

test("spellings differ from the value and from each other", () => {
  const texts = spellings("abc").map(({ text }) => text);
  expect(texts).toEqual(["YWJj", "616263"]);
  expect([isEncoding("base64"), isEncoding("toString")]).toEqual([true, false]);
});
