import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { BodyReader } from "../../../src/protocols/postgres/body-reader.ts";

const bytes = Buffer.from("0102fffe00000007610000000003abcdefffffffff0002000a000b", "hex");

test("reads what is there, in order, and nothing past the end", () => {
  const reader = new BodyReader(bytes);
  expect([reader.byte(), reader.byte(), reader.int16(), reader.int32(), reader.text()]).toEqual([1, 2, -2, 7, "a"]);
  expect([reader.value(), reader.value(), reader.list((each) => each.int16())]).toEqual([
    new Uint8Array(Buffer.from("abcdef", "hex")),
    null,
    [10, 11],
  ]);
  reader.finish();
  expect(() => reader.byte()).toThrow(FormatError);
});

test("a length that is negative or too long, and bytes left over, are refused", () => {
  expect(() => new BodyReader(Buffer.from("fffffffe00", "hex")).value()).toThrow(FormatError);
  expect(() => new BodyReader(Buffer.from("7fffffff00", "hex")).value()).toThrow(FormatError);
  expect(() => new BodyReader(Buffer.from("ab")).text()).toThrow(FormatError);
  expect(() => new BodyReader(Buffer.from("ab")).finish()).toThrow(FormatError);
});
