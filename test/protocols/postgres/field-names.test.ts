import { expect, test } from "bun:test";
import { fieldCode, nameFields } from "../../../src/protocols/postgres/field-names.ts";

test("fields have names, and codes again", () => {
  expect(
    nameFields([
      ["C", "42P01"],
      ["M", "no"],
      ["z", "x"],
    ]),
  ).toEqual({ code: "42P01", message: "no", "field z": "x" });
  expect([fieldCode("code"), fieldCode("field z"), fieldCode("nonsense")]).toEqual(["C", "z", undefined]);
  expect(
    nameFields([
      ["M", "a"],
      ["M", "b"],
    ]),
  ).toBeNull();
});
