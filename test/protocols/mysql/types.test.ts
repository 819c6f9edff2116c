import { expect, test } from "bun:test";
import { BULK, Type, typeName, typeNumber, UNSIGNED } from "../../../src/protocols/mysql/types.ts";

test("every number has a name that stands for it", () => {
  expect([typeName(Type.LongLong), typeName(UNSIGNED | Type.Long), typeName(20), typeName(BULK)]).toEqual(["bigint", "unsigned int", "20", "bulk"]); // prettier-ignore
  for (let type = 0; type < 256; type++) {
    expect([typeNumber(typeName(type)), typeNumber(typeName(type | UNSIGNED))]).toEqual([type, type | UNSIGNED]);
  }
  expect([typeNumber("words"), typeNumber("99999")]).toEqual([undefined, undefined]);
});
