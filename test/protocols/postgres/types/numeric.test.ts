import { expect, test } from "bun:test";
import { numeric } from "../../../../src/protocols/postgres/types/numeric.ts";

test("exponents are worked in, and what is no number is none", () => {
  const show = (text: string) => numeric.toText(numeric.toBinary(text) ?? new Uint8Array(0));
  expect(["1e3", "+1.5", ".5", "1.50e-2", "-0"].map(show)).toEqual(["1000", "1.5", "0.5", "0.0150", "0"]);
  expect(["", ".", "1e999999", "1,5", "abc"].map((each) => numeric.toBinary(each))).toEqual(Array(5).fill(undefined));
});
