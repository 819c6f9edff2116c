import { expect, test } from "bun:test";
import {
  bool,
  float4,
  float8,
  int2,
  int4,
  int8,
  uint4,
  uint8,
} from "../../../../src/protocols/postgres/types/numbers.ts";

test("what does not fit a type is not cut to it", () => {
  expect([int2.toBinary("32768"), int4.toBinary("2147483648"), int8.toBinary("9223372036854775808"), uint4.toBinary("-1"), uint8.toBinary("-1"), int4.toBinary("1.0"), bool.toBinary("maybe"), float8.toBinary("0x1")]).toEqual(Array(8).fill(undefined)); // prettier-ignore
  expect([int4.toText(new Uint8Array(8)), float4.toText(new Uint8Array(8)), bool.toText(new Uint8Array(2))]).toEqual(Array(3).fill(undefined)); // prettier-ignore
});
