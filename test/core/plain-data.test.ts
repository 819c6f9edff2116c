import { expect, test } from "bun:test";
import { FormatError } from "../../src/core/errors.ts";
import {
  fieldsOf,
  fieldsOrNone,
  isFields,
  itemsOf,
  listOf,
  numberOr,
  textOr,
  withMembers,
  wrongAt,
} from "../../src/core/plain-data.ts";

test("values are taken as what they should be, or not at all", () => {
  const values = [null, undefined, "a", "7", " ", 7, NaN, true, [1], { a: 1 }, new Uint8Array(1)];
  expect(values.map(isFields)).toEqual([...Array<boolean>(9).fill(false), true, false]);
  expect(values.map((value) => textOr(value, null))).toEqual([
    null,
    null,
    "a",
    "7",
    " ",
    "7",
    "NaN",
    null,
    null,
    null,
    null,
  ]);
  expect(values.map((value) => numberOr(value, null))).toEqual([
    null,
    null,
    null,
    7,
    null,
    7,
    null,
    null,
    null,
    null,
    null,
  ]);
  expect([listOf([1]), listOf("a"), fieldsOrNone("a"), fieldsOrNone({ a: 1 })]).toEqual([[1], [], {}, { a: 1 }]);
  expect(() => fieldsOf([], "a.yaml")).toThrow(FormatError);
  expect(itemsOf([1], "spec.list")).toEqual([1]);
  expect(() => itemsOf({}, "spec.list")).toThrow(wrongAt("spec.list", "a list"));
  expect(wrongAt("spec.list", "a list")).toMatchObject({ message: "spec.list is not a list.", where: "spec.list" });
});

test("members are changed in a copy, and where none is there is no copy", () => {
  const doubled = (member: unknown): unknown => (typeof member === "number" ? member * 2 : member);
  const [fields, list] = [{ a: 1, b: "x", c: undefined }, [1, "x", 2]];
  expect([withMembers(fields, doubled), withMembers(list, doubled)]).toEqual([{ a: 2, b: "x", c: undefined }, [2, "x", 4]]); // prettier-ignore
  expect([fields, list]).toEqual([{ a: 1, b: "x", c: undefined }, [1, "x", 2]]);
  const [named, empty] = [JSON.parse(`{"__proto__":1}`) as object, {}];
  expect(Object.entries(withMembers(named, doubled) as object)).toEqual([["__proto__", 2]]);
  expect([withMembers(["x"], doubled), withMembers(empty, doubled) === empty]).toEqual([["x"], true]);
});
