import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { PayloadReader } from "../../../src/protocols/mysql/payload-reader.ts";

const reader = (hex: string) => new PayloadReader(Buffer.from(hex, "hex"));

test("numbers are little-endian, counts of every length", () => {
  const all = reader("01 0201 04030201 fffe fa fcfb00 fd000001 fe0000000001000000".replaceAll(" ", ""));
  expect([all.byte(), all.uint16(), all.uint32(), all.integer(2, true)]).toEqual([1, 0x102, 0x1020304, -257n]);
  expect([all.count(), all.count(), all.count(), all.count()]).toEqual([250n, 251n, 65536n, 1n << 32n]);
  expect(all.left).toBe(0);
});

test("texts end at zero, sized bytes at their length", () => {
  const both = reader("616200" + "03616263");
  expect([both.text(), Buffer.from(both.sized()).toString()]).toEqual(["ab", "abc"]);
});

test("what is not there is a FormatError", () => {
  for (const read of [
    () => reader("05").sized(),
    () => reader("61").text(),
    () => reader("fb").count(),
    () => reader("feffffffffffffff7f").sized(),
  ]) {
    // prettier-ignore
    expect(read).toThrow(FormatError);
  }
});
