import { expect, test } from "bun:test";
import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } from "bson"; // prettier-ignore
import { FormatError } from "../../../src/core/errors.ts";
import { plainOf } from "../../../src/protocols/mongodb/extended-json.ts";
import { documentOfPlain } from "../../../src/protocols/mongodb/extended-json-read.ts";
import { bson } from "./messages.ts";

const values = {
  int: new Int32(5),
  long: Long.fromString("9007199254740993"),
  whole: new Double(5),
  zero: new Double(-0),
  nan: new Double(NaN),
  fraction: 1.5,
  decimal: Decimal128.fromString("3.10"),
  text: "a",
  nothing: null,
  is: true,
  id: new ObjectId("507f1f77bcf86cd799439011"),
  bytes: new Binary(Buffer.from("abc"), 0),
  uuid: new UUID("0189d3a0-0000-7000-8000-000000000001"),
  at: new Date("2026-11-21T12:00:00.001Z"),
  before: new Date(-5),
  regex: new BSONRegExp("x+", "i"),
  code: new Code("f()"),
  scoped: new Code("f()", { a: 1 }),
  symbol: new BSONSymbol("s"),
  time: new Timestamp({ t: 5, i: 6 }),
  least: new MinKey(),
  most: new MaxKey(),
  list: [1, "b", { c: [] }],
};

test("every type is shown as what it is, and reads back as the same bytes", () => {
  const bytes = bson(values);
  const plain = plainOf(bytes);
  expect(plain).toEqual({
    int: 5,
    long: { $numberLong: "9007199254740993" },
    whole: { $numberDouble: "5.0" },
    zero: { $numberDouble: "-0.0" },
    nan: { $numberDouble: "NaN" },
    fraction: 1.5,
    decimal: { $numberDecimal: "3.10" },
    text: "a",
    nothing: null,
    is: true,
    id: { $oid: "507f1f77bcf86cd799439011" },
    bytes: { $binary: { base64: "YWJj", subType: "00" } },
    uuid: { $uuid: "0189d3a0-0000-7000-8000-000000000001" },
    at: { $date: "2026-11-21T12:00:00.001Z" },
    before: { $date: { $numberLong: "-5" } },
    regex: { $regularExpression: { pattern: "x+", options: "i" } },
    code: { $code: "f()" },
    scoped: { $code: "f()", $scope: { a: 1 } },
    symbol: { $symbol: "s" },
    time: { $timestamp: { t: 5, i: 6 } },
    least: { $minKey: 1 },
    most: { $maxKey: 1 },
    list: [1, "b", { c: [] }],
  });
  expect(documentOfPlain(plain, "d")).toEqual(bytes);
});

test("fields that an object would reorder or misread are pairs", () => {
  for (const fields of [
    [
      ["b", 1],
      ["1", 2],
    ],
    [["$oid", "x"]],
    [["__proto__", 1]],
  ] as [string, unknown][][]) {
    // prettier-ignore
    const bytes = bson(new Map(fields));
    expect(plainOf(bytes)).toEqual({ $fields: fields });
    expect(documentOfPlain(plainOf(bytes), "d")).toEqual(bytes);
  }
});

test("types that nobody writes any more are refused", () => {
  // A document with one field of type 6, undefined.
  expect(() => plainOf(Buffer.from("08000000066100" + "00", "hex"))).toThrow(FormatError);
});
