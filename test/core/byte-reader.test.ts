import { expect, test } from "bun:test";
import { ByteReader } from "../../src/core/byte-reader.ts";
import { FormatError } from "../../src/core/errors.ts";

const reader = (hex: string, isLittleEndian: boolean) => new ByteReader(Buffer.from(hex, "hex"), { isLittleEndian });

test("numbers come in the order of bytes that was asked for", () => {
  const hex = "fffe" + "fffe" + "fffffffe" + "fffffffe" + "3fc00000" + "3ff8000000000000";
  const read = (each: ByteReader) => [
    each.int16(),
    each.uint16(),
    each.int32(),
    each.uint32(),
    each.float(),
    each.double(),
    each.left,
  ];
  expect(read(reader(hex, false))).toEqual([-2, 0xfffe, -2, 0xfffffffe, 1.5, 1.5, 0]);
  const turned = "feff" + "feff" + "feffffff" + "feffffff" + "0000c03f" + "000000000000f83f";
  expect(read(reader(turned, true))).toEqual([-2, 0xfffe, -2, 0xfffffffe, 1.5, 1.5, 0]);
});

test("it begins where it is told, and gives texts and views in order", () => {
  const each = new ByteReader(Buffer.from("?a\0bcd"), { isLittleEndian: false, offset: 1 });
  expect([each.text(), each.offset, each.byte(), each.take(1), each.rest()]).toEqual(["a", 3, 0x62, Uint8Array.from(Buffer.from("c")), Uint8Array.from(Buffer.from("d"))]); // prettier-ignore
  each.finish();
});

test("what is not there, and what is left over, is a FormatError", () => {
  for (const read of [
    () => reader("61", true).text(),
    () => reader("61", true).int16(),
    () => reader("61", true).take(-1),
    () => reader("61", true).take(2 ** 31),
    () => reader("61", true).finish(),
  ]) {
    expect(read).toThrow(FormatError);
  }
});
