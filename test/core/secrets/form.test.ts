import { expect, test } from "bun:test";
import { formOf, patternOf, standInOf } from "../../../src/core/secrets/form.ts";

const values = [
  "hunter2!",
  "deadbeef0123",
  "0b9e1d3c-6a5f-4b7d-8c1e-2f3a4b5c6d7e",
  "aGVsbG8+d29ybGQvMTIz==",
  "s:abc.def123",
  "with [brackets] {and} \\slashes",
  ["xoxb", "123456789012", "AbC9zzzzzzzz"].join("-"),
  "-----BEGIN X-----\nQUJDREVGR0hJ\nSktM\n-----END X-----\n",
];

test("a stand-in has the form of its value, and so has the value", () => {
  for (const value of values) {
    const form = formOf(value);
    const standIn = standInOf(form, "seed");
    const pattern = new RegExp(`^${patternOf(form)}$`);
    expect([value, standIn.length, pattern.test(value), pattern.test(standIn)]).toEqual([value, value.length, true, true]); // prettier-ignore
    expect(standIn).not.toBe(value);
  }
});

test("a form says what is public, and nothing of the rest", () => {
  const value = ["sk", "live", "abcDEF123"].join("_");
  expect(formOf(value, 8)).toBe(`${value.slice(0, 8)}[0-9a-zA-Z]{9}`);
  expect(formOf("deadbeef0123")).toBe("[0-9a-f]{12}");
  expect(formOf("pässwörter")).toBe("[^]{12}");
});

test("stand-ins are the same each time, differ by name, and keep every kind of sign", () => {
  const form = formOf("Abcdef1!ghij");
  expect(standInOf(form, "a-1")).toBe(standInOf(form, "a-1"));
  expect(standInOf(form, "a-1")).not.toBe(standInOf(form, "a-2"));
  for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /!/]) expect(standInOf(form, "a-1")).toMatch(kind);
});
