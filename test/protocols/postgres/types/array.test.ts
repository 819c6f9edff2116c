import { expect, test } from "bun:test";
import { arrayOf } from "../../../../src/protocols/postgres/types/array.ts";
import { int4 } from "../../../../src/protocols/postgres/types/numbers.ts";
import { text } from "../../../../src/protocols/postgres/types/texts.ts";

test("texts that are no arrays, and bytes cut short, are not made into any", () => {
  const numbers = arrayOf(23, int4);
  expect(["", "{", "{1", "{1}}", "{1,,2}", "{{1},{2,3}}", "{1,{2}}", "{x}"].map((each) => numbers.toBinary(each))).toEqual(Array(8).fill(undefined)); // prettier-ignore
  const bytes = numbers.toBinary("{1,2}") ?? new Uint8Array(0);
  for (let size = 0; size < bytes.length; size++) expect(numbers.toText(bytes.subarray(0, size))).toBeUndefined();
  expect(arrayOf(25, text).toText(bytes)).toBeUndefined();
});
