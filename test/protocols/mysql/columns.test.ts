import { expect, test } from "bun:test";
import { Can, Form } from "../../../src/protocols/mysql/capabilities.ts";
import { decodeColumn, encodeColumn } from "../../../src/protocols/mysql/columns.ts";

const plain = new Form(0n);
/** `id` of `shop.things`, as MariaDB 10.11 describes it. */
const bytes = Buffer.from("03646566" + "0473686f70" + "067468696e6773" + "067468696e6773" + "026964" + "026964" + "0c3f000b0000000303420000" + "00", "hex"); // prettier-ignore

test("a column is read and written as it was", () => {
  const column = decodeColumn(bytes, plain);
  expect(column).toMatchObject({ catalog: "def", schema: "shop", table: "things", name: "id", charset: 63, length: 11, type: 3 }); // prettier-ignore
  expect(Buffer.from(encodeColumn(column, plain)).toString("hex")).toBe(bytes.toString("hex"));
  const extended = { ...column, extended: Uint8Array.of(0, 4, 0x75, 0x75, 0x69, 0x64) };
  const form = new Form(Can.ExtendedTypes);
  expect(decodeColumn(encodeColumn(extended, form), form)).toEqual(extended);
  const listed = { ...column, fallback: "7" };
  expect(decodeColumn(encodeColumn(listed, plain, true), plain)).toEqual(listed);
});
