import { expect, test } from "bun:test";
import { Long } from "bson";
import { FormatError } from "../../../src/core/errors.ts";
import {
  documentAt,
  documentOf,
  elementsOf,
  field,
  listElement,
  numberField,
  textAt,
  textField,
  withoutFields,
} from "../../../src/protocols/mongodb/documents.ts";
import { bson } from "./messages.ts";

const document = bson({ a: "x", n: 5, l: Long.fromNumber(6), d: 1.5, list: [{ z: 1 }], is: true });

test("finds fields and what plain ones hold", () => {
  expect(elementsOf(document).map(({ name }) => name)).toEqual(["a", "n", "l", "d", "list", "is"]);
  expect([textField(document, "a"), textField(document, "n"), field(document, "no")]).toEqual([
    "x",
    undefined,
    undefined,
  ]);
  expect(["n", "l", "d", "is", "a"].map((name) => numberField(document, name))).toEqual([5, 6, 1.5, 1, undefined]);
});

test("leaves fields out and adds lists, the others untouched", () => {
  expect(withoutFields(document, new Set(["n", "l", "d", "list", "is"]))).toEqual(bson({ a: "x" }));
  expect(withoutFields(document, new Set(["no"]))).toBe(document);
  const listed = documentOf([...elementsOf(bson({ insert: "a" })), listElement("documents", [bson({ x: 1 })])]);
  expect(listed).toEqual(bson({ insert: "a", documents: [{ x: 1 }] }));
});

test("what does not fit is refused", () => {
  expect(documentAt(document, 0, document.length)).toEqual(document);
  expect(() => documentAt(document, 0, document.length - 1)).toThrow(FormatError);
  expect(() => documentAt(document, 2, document.length)).toThrow(FormatError);
  expect(() => elementsOf(document.with(4, 0x60))).toThrow(FormatError);
  expect(() => textAt(Buffer.from("abc"), 0)).toThrow(FormatError);
});
