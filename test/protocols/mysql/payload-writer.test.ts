import { expect, test } from "bun:test";
import { PayloadWriter } from "../../../src/protocols/mysql/payload-writer.ts";

test("numbers are little-endian, and a count takes as few bytes as it needs", () => {
  const writer = new PayloadWriter()
    .byte(1)
    .int16(0x102)
    .int32(0x1020304)
    .integer(-2n & 0xffffffn, 3);
  for (const count of [250, 251, 65536, 1n << 32n]) writer.count(count);
  expect(Buffer.from(writer.finish()).toString("hex")).toBe("01020104030201feffff" + "fa" + "fcfb00" + "fd000001" + "fe0000000001000000"); // prettier-ignore
});

test("it grows", () => {
  const bytes = new PayloadWriter().text("é").sized(new Uint8Array(1000)).finish();
  expect([bytes.length, Buffer.from(bytes.subarray(0, 6)).toString("hex")]).toEqual([1006, "c3a900fce803"]);
});
