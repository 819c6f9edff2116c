import { expect, test } from "bun:test";
import { interval } from "../../../../src/protocols/postgres/types/interval.ts";

test("other styles are not read as this one", () => {
  expect(["P1D", "1-2 3 4:05:06", "1 fortnight", "", "soon"].map((each) => interval.toBinary(each))).toEqual(Array(5).fill(undefined)); // prettier-ignore
  expect(interval.toText(new Uint8Array(15))).toBeUndefined();
});
