import { expect, test } from "bun:test";
import { canonicalJson, JsonNumber, looksLikeJson, parseJson, plainJson } from "../../src/core/json.ts";

test("numbers keep the text they were written with", () => {
  const value = parseJson(' {"big": 12345678901234567890, "whole": 1, "decimal": 1.0, "e": -1.5E+3} ');
  expect(value).toEqual(
    new Map([
      ["big", new JsonNumber("12345678901234567890")],
      ["whole", new JsonNumber("1")],
      ["decimal", new JsonNumber("1.0")],
      ["e", new JsonNumber("-1.5E+3")],
    ]),
  );
  expect(plainJson(value ?? null)).toEqual({ big: "12345678901234567890", whole: 1, decimal: "1.0", e: "-1.5E+3" });
});

test("reads what JSON.parse reads, and nothing else", () => {
  const texts = [
    '"a\\u0041\\n"',
    "[]",
    "{}",
    "[1,[2,{}],null,true,false]",
    '{"__proto__":1,"a":{"b":[]}}',
    "\t1 \n",
    '"\u{1f600}"',
  ];
  for (const text of texts) expect(plainJson(parseJson(text) ?? null)).toEqual(JSON.parse(text));
  const wrong = [
    "",
    "01",
    "1.",
    "+1",
    "[1,]",
    "{a:1}",
    '{"a" 1}',
    "'a'",
    '"\n"',
    '"\\x"',
    "tru",
    "[1] 2",
    "nan",
    "[",
    '{"a":1',
    "\ufeff1",
  ];
  expect(wrong.filter((text) => parseJson(text) !== undefined)).toEqual([]);
});

test("a name that stands twice makes a text that can only be compared as it is written", () => {
  const texts = ['{"a":1,"a":1}', '{"a":{"b":1,"b":2}}', '[{"a":1,"\\u0061":2}]'];
  expect(texts.map(parseJson)).toEqual([undefined, undefined, undefined]);
  expect(parseJson('{"a":1,"b":{"a":1}}')).toBeDefined();
});

test("long strings and deep nesting neither overflow nor hang", () => {
  expect(parseJson(JSON.stringify('\\"'.repeat(500_000)))).toBe('\\"'.repeat(500_000));
  expect(parseJson("[".repeat(100_000))).toBeUndefined();
});

test("the canonical text sorts names and keeps values apart by how they are written", () => {
  const canonical = (text: string): string => canonicalJson(parseJson(text) ?? null);
  expect(canonical('{ "b": [1, 1.0], "a": {"y": null, "x": "é"} }')).toBe('{"a":{"x":"é","y":null},"b":[1,1.0]}');
  expect(canonical('"1"')).not.toBe(canonical("1"));
});

test("objects and arrays are told by their first character", () => {
  expect(["{", " \n[1]", "1", "<a>", ""].map(looksLikeJson)).toEqual([true, true, false, false, false]);
});
