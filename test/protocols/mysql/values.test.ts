import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { PayloadReader } from "../../../src/protocols/mysql/payload-reader.ts";
import { PayloadWriter } from "../../../src/protocols/mysql/payload-writer.ts";
import { Type, UNSIGNED } from "../../../src/protocols/mysql/types.ts";
import { readValue, writeValue } from "../../../src/protocols/mysql/values.ts";

/** As the manual's page on the binary protocol shows them, and as MariaDB sent them. */
test.each([
  [Type.Tiny, "ff", "-1"],
  [Type.Tiny | UNSIGNED, "ff", "255"],
  [Type.LongLong, "0000000000000080", "-9223372036854775808"],
  [Type.LongLong | UNSIGNED, "ffffffffffffffff", "18446744073709551615"],
  [Type.Year, "e807", "2024"],
  [Type.Float, "33332341", "10.2"],
  [Type.Double, "6666666666662440", "10.2"],
  [Type.Double, "0000000000000080", "-0"],
] as const)("type %i: %s is %s", (type, hex, text) => {
  expect(readValue(new PayloadReader(Buffer.from(hex, "hex")), type)).toBe(text);
  const writer = new PayloadWriter();
  writeValue(writer, type, text);
  expect(Buffer.from(writer.finish()).toString("hex")).toBe(hex);
});

test.each([
  [Type.DateTime, "04da070a11", "2010-10-17"],
  [Type.DateTime, "0bda070a11131b1e01000000", "2010-10-17 19:27:30.000001"],
  [Type.Time, "0c0178000000131b1e01000000", "-120d 19:27:30.000001"],
  [Type.Time, "00", ""],
] as const)("dates and times of type %i: %s is %s", (type, hex, text) => {
  expect(readValue(new PayloadReader(Buffer.from(hex, "hex")), type)).toBe(text);
  const writer = new PayloadWriter();
  writeValue(writer, type, text);
  expect(Buffer.from(writer.finish()).toString("hex")).toBe(hex);
});

test("a text that is no such value is a FormatError", () => {
  for (const type of [Type.Long, Type.Double, Type.Date, Type.Time]) {
    expect(() => writeValue(new PayloadWriter(), type, "words")).toThrow(FormatError);
  }
});
