import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { PayloadReader } from "../../../src/protocols/mysql/payload-reader.ts";
import { readParameters, readRows } from "../../../src/protocols/mysql/parameters.ts";

const block = { count: 3, hasNames: false, known: [], ahead: new Map<number, Uint8Array>() };

test("types, nulls and values", () => {
  const reader = new PayloadReader(
    Buffer.from("02" + "01" + "0800" + "fd00" + "0180" + "0700000000000000" + "ff", "hex"),
  );
  expect(readParameters(reader, block)).toEqual([
    { type: 8, name: "", value: "7" },
    { type: 253, name: "", value: null },
    { type: 0x8001, name: "", value: "255" },
  ]);
});

test("types of before, values sent ahead, names of attributes", () => {
  const known = [{ type: 8, name: "" }, { type: 252, name: "" }]; // prettier-ignore
  const ahead = new Map([[1, Buffer.from("long")]]);
  const again = new PayloadReader(Buffer.from("00" + "00" + "0800000000000000", "hex"));
  expect(readParameters(again, { count: 2, hasNames: false, known, ahead }).map(({ value }) => value)).toEqual(["8", "long"]); // prettier-ignore
  const named = new PayloadReader(Buffer.from("00" + "01" + "fd00" + "026964" + "0178", "hex"));
  expect(readParameters(named, { ...block, count: 1, hasNames: true })).toEqual([{ type: 253, name: "id", value: "x" }]); // prettier-ignore
  expect(() => readParameters(new PayloadReader(Uint8Array.of(0, 0)), { ...block, count: 1 })).toThrow(FormatError);
});

test("rows of a bulk execution, as MariaDB's connector for Node sends them", () => {
  const sent = Buffer.from("gAAIAP0AAwAABQAAAAAAAAAAAWEADAAAAAAFAAAAAAAAAAABYgACAAAA", "base64");
  const values = ["5", "a", "12", "5", "b", "2"];
  const types = [8, 253, 3, 8, 253, 3];
  const rows = readRows(new PayloadReader(sent), { count: 3, known: [] });
  expect(rows).toEqual([
    { type: 0x10000, name: "", value: "2" },
    ...values.map((value, at) => ({ type: types[at] ?? 0, name: "", value })),
  ]);
});

test("and without types, with nulls, defaults and what is left as it was", () => {
  const read = (hex: string, known = [{ type: 253, name: "" }]) =>
    readRows(new PayloadReader(Buffer.from(hex, "hex")), { count: 1, known });
  const rows = read("0000" + "01" + "02" + "03" + "000178");
  expect(rows?.map(({ name, value }) => [name, value])).toEqual([
    ["", "4"],
    ["", null],
    ["default", null],
    ["ignored", null],
    ["", "x"],
  ]);
  expect(read("0000" + "000178", [])).toBeNull();
  expect(() => read("0000" + "09")).toThrow(FormatError);
  expect(() => read("0000" + "000578")).toThrow(FormatError);
});
