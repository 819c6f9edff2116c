import { expect, test } from "bun:test";
import { layJson, readableJson } from "../../src/core/json-layout.ts";

const value = { a: [1, { b: null }], empty: {}, none: [], text: 'with "quotes", a: colon and {braces}' };

test("a readable text goes back to exactly what was printed", () => {
  const compact = JSON.stringify(value);
  // As Python's json.dumps prints it.
  const spaced = '{"a": [1, {"b": null}], "empty": {}, "none": [], "text": "with \\"quotes\\", a: colon and {braces}"}';
  for (const [text, layout] of [
    [compact, "compact"],
    [`${compact}\n`, "compact-line"],
    [spaced, "spaced"],
    [`${spaced}\n`, "spaced-line"],
  ] as const) {
    const readable = readableJson(text);
    expect(readable).toEqual({ text: JSON.stringify(value, null, 2), layout });
    expect(layJson(readable?.text ?? "", layout)).toBe(text);
  }
});

test("numbers and escapes stay as written", () => {
  const text = '{"n":1.0,"big":12345678901234567890,"s":"\\u00e9\\/"}';
  expect(layJson(readableJson(text)?.text ?? "", "compact")).toBe(text);
});

test("what no layout gives back is left alone", () => {
  expect(['{ "a":1}', '{"a": 1,"b":2}', '{"a":1}\r\n', "{a:1}", ""].map(readableJson)).toEqual(
    Array(5).fill(undefined),
  );
});
