import { expect, test } from "bun:test";
import { canonicalValue, formatAt, reformat, showValue, wireValue, withFormats } from "../../../src/protocols/postgres/values.ts"; // prettier-ignore

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const column = { name: "c", table: 0, attribute: 0, type: 23, size: 4, modifier: -1, format: 1 };

test("a value is text where that is exact, else its bytes", () => {
  expect([showValue(bytes("00000007"), 23, 1), showValue(text("007"), 23, 0), showValue(null, 23, 1)]).toEqual(["7", "007", null]); // prettier-ignore
  // A NaN with a payload, a type without codec, text that is not UTF-8.
  expect([showValue(bytes("7ff8000000000001"), 701, 1), showValue(bytes("01"), 16_999, 1), showValue(bytes("e9"), 25, 0)]).toEqual([bytes("7ff8000000000001"), bytes("01"), bytes("e9")]); // prettier-ignore
  expect(wireValue("7", 23, 1)).toEqual(bytes("00000007"));
  expect(wireValue("seven", 23, 1)).toBeUndefined();
});

test("the spellings of a value are one, and null is not the text null", () => {
  const same = (type: number, ...spellings: string[]) => new Set(spellings.map((value) => canonicalValue({ type, value }))).size; // prettier-ignore
  expect(same(16, "t", "TRUE", "1", "on")).toBe(1);
  expect(same(701, "1", "1.0", "1e0")).toBe(1);
  expect(same(1184, "2023-11-14 22:13:20+00", "2023-11-14T23:13:20.000+01:00")).toBe(1);
  expect(same(1700, "1.5", "1.50")).toBe(2);
  expect(same(25, "a", "a ")).toBe(2);
  expect(canonicalValue({ type: 25, value: null })).toBeNull();
  expect(canonicalValue({ type: 25, value: "null" })).not.toBeNull();
});

test("a driver's own binary spelling is the value that its text is", () => {
  // pgjdbc: numeric zero with a weight of -1, an empty int4[] of one dimension.
  const one = (type: number, binary: string, spelling: string) =>
    expect(canonicalValue({ type, value: showValue(bytes(binary), type, 1) })).toBe(
      canonicalValue({ type, value: spelling }),
    );
  one(1700, "0000ffff0000000a", "0E-10");
  one(1007, "0000000100000000000000170000000000000001", "{}");
  one(701, "7ff8000000000001", "NaN");
  expect(canonicalValue({ type: 16_999, value: bytes("01") })).toBe("bytes:AQ==");
});

test("formats and re-formatting", () => {
  expect([formatAt([], 3), formatAt([1], 3), formatAt([0, 1], 1)]).toEqual([0, 1, 1]);
  expect(withFormats([column, column], [0, 1]).map((each) => each.format)).toEqual([0, 1]);
  expect(reformat(bytes("00000007"), column, 0)).toEqual(text("7"));
  expect(reformat(text("7"), { ...column, format: 0 }, 1)).toEqual(bytes("00000007"));
  expect(reformat(text("1"), { ...column, type: 16_999, format: 0 }, 1)).toBeUndefined();
});
