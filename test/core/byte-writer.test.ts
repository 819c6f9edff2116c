import { expect, test } from "bun:test";
import { ByteWriter } from "../../src/core/byte-writer.ts";

const hex = (isLittleEndian: boolean): string => {
  const writer = new ByteWriter({ isLittleEndian })
    .byte(1)
    .int16(-2)
    .int16(0xfffe)
    .int32(0x1020304)
    .float(1.5)
    .double(1.5);
  return Buffer.from(writer.text("é").finish()).toString("hex");
};

test("numbers go in the order of bytes that was asked for", () => {
  expect(hex(false)).toBe("01" + "fffe" + "fffe" + "01020304" + "3fc00000" + "3ff8000000000000" + "c3a900");
  expect(hex(true)).toBe("01" + "feff" + "feff" + "04030201" + "0000c03f" + "000000000000f83f" + "c3a900");
});

test("it grows over its first size wherever that falls", () => {
  for (let before = 120; before < 130; before++) {
    const writer = new ByteWriter({ isLittleEndian: false }).raw(new Uint8Array(before)).int32(0x01020304).int16(-2);
    expect(writer.length).toBe(before + 6);
    expect(Buffer.from(writer.finish().subarray(before)).toString("hex")).toBe("01020304fffe");
  }
});
