import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { decodeRows, encodeRows } from "../../../src/protocols/mysql/rows.ts";
import type { Column } from "../../../src/protocols/mysql/spec.ts";

const column = (type: number, flags = 0) => ({ type, flags }) as Column;
const columns = [column(3), column(253), column(8, 0x20)];
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

test("text rows", () => {
  const run = hex("06000000 0137 02c3ab fb");
  expect(decodeRows(run, columns, "text")).toEqual([["7", "ë", null]]);
  expect(encodeRows([["7", "ë", null]], columns, "text")).toEqual(run);
});

test("binary rows", () => {
  const run = hex("0e000000 00 08 07000000 ffffffffffffffff");
  expect(decodeRows(run, columns, "binary")).toEqual([["7", null, "18446744073709551615"]]);
  expect(encodeRows([["7", null, "18446744073709551615"]], columns, "binary")).toEqual(run);
});

test("rows that would not come back are not read", () => {
  expect(decodeRows(hex("02000000 0137"), columns, "text")).toBeNull();
  expect(decodeRows(hex("05000000 fc0100 61 fb"), [column(253), column(253)], "text")).toBeNull();
  expect(() => encodeRows([["7"]], columns, "binary")).toThrow(FormatError);
});
