import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { decodeCopyData, decodeRows, encodeCopyData, encodeRows, messagesOf } from "../../../src/protocols/postgres/data-row.ts"; // prettier-ignore
import { row, told } from "../../support/postgres-talk.ts";

test("rows and copy data are taken apart and built again", () => {
  const rows = Buffer.concat([row("a", null, ""), row("b")]);
  expect([...decodeRows(rows)].map((each) => each.map((value) => (value === null ? null : Buffer.from(value).toString())))).toEqual([["a", null, ""], ["b"]]); // prettier-ignore
  expect(Buffer.from(encodeRows(decodeRows(rows)))).toEqual(rows);
  const copied = Buffer.concat([told("d", Buffer.from("1\tx\n")), told("d")]);
  expect([...decodeCopyData(copied)].map((each) => Buffer.from(each).toString())).toEqual(["1\tx\n", ""]);
  expect(Buffer.from(encodeCopyData(decodeCopyData(copied)))).toEqual(copied);
  expect([...messagesOf(copied)].map((each) => each.length)).toEqual([9, 5]);
});

test("a run that ends within a message, or is of something else, is refused", () => {
  expect(() => [...decodeRows(row("abc").subarray(0, 9))]).toThrow(FormatError);
  expect(() => [...decodeRows(told("d"))]).toThrow(FormatError);
  expect(() => [...decodeCopyData(row())]).toThrow(FormatError);
});
