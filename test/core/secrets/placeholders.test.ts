import { expect, test } from "bun:test";
import {
  escapePlaceholders,
  fillPlaceholders,
  placeholder,
  splitPlaceholders,
} from "../../../src/core/secrets/placeholders.ts";

const valueOf = (name: string, encoding: string | null) => (name === "a-1" ? `<${encoding ?? ""}>` : undefined);

test("a placeholder is filled, spelt as it says; unknown names stay", () => {
  const text = `x ${placeholder("a-1", null)} ${placeholder("a-1", "hex")} ${placeholder("b-1", null)} {{secret.a-1:odd}}`;
  expect(fillPlaceholders(text, valueOf)).toBe("x <> <hex> {{secret.b-1}} {{secret.a-1:odd}}");
});

test("text that looks like one survives, however often it is escaped", () => {
  for (const text of [
    "{{secret.a-1}}",
    "{{\\secret.a-1}}",
    "{{\\\\secret.a-1:hex}} {{secret.",
    "{{other}} {{{{secret.a-1}}",
  ]) {
    const written = escapePlaceholders(text);
    expect(fillPlaceholders(written, valueOf)).toBe(text);
    expect(fillPlaceholders(escapePlaceholders(written), valueOf)).toBe(written);
  }
});

test("a text falls into what is text and what is not", () => {
  expect(splitPlaceholders("a{{secret.b-1:hex}}c{{\\secret.d}}")).toEqual([
    { text: "a", name: null },
    { text: "{{secret.b-1:hex}}", name: "b-1" },
    { text: "c{{\\secret.d}}", name: null },
  ]);
});
