import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { elementAt, elements, encoded, isSame, oid, Tag } from "../../../src/target/trust/der.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

test("elements are read one behind the other, short lengths and long", () => {
  const long = bytes(`048200c8${"ab".repeat(200)}`);
  const both = Buffer.concat([bytes("020103"), long]);
  expect(elements(both).map(({ tag, content, whole }) => [tag, content.length, whole.length])).toEqual([
    [2, 1, 3],
    [4, 200, 204],
  ]);
  expect(elementAt(bytes("3006300402021234"), 0, 0, 0).content).toEqual(bytes("1234"));
});

test("what is cut short, without a length or not there is a FormatError", () => {
  for (const wrong of ["3003020103ff05", "3080020103", "3085ffffffffff", "04ff", "30"]) {
    expect(() => elements(bytes(wrong))).toThrow(FormatError);
  }
  expect(() => elementAt(bytes("3003020103"), 0, 1)).toThrow(FormatError);
});

test("what is written is what others write", () => {
  expect(encoded(Tag.sequence, bytes("020103"))).toEqual(Buffer.from("3003020103", "hex"));
  expect(encoded(Tag.octets, new Uint8Array(200)).subarray(0, 3)).toEqual(Buffer.from("0481c8", "hex"));
  expect(encoded(Tag.octets, new Uint8Array(70_000)).subarray(0, 5)).toEqual(Buffer.from("0483011170", "hex"));
  // X.690, 8.19.5 and the identifier of PKCS7's data.
  expect(Buffer.from(oid("1.2.840.113549.1.7.1")).toString("hex")).toBe("06092a864886f70d010701");
  expect(Buffer.from(oid("2.16.840.1.113894.746875.1.1")).toString("hex")).toBe("060c6086480186f966adca7b0101");
  expect([isSame(bytes("01"), bytes("01")), isSame(bytes("01"), bytes("02"))]).toEqual([true, false]);
});
