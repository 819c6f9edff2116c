import { expect, test } from "bun:test";
import { deflateSync, zstdCompressSync } from "node:zlib";
import { FormatError } from "../../../src/core/errors.ts";
import { uncompress } from "../../../src/protocols/mongodb/compression.ts";

const plain = new Uint8Array(Buffer.from("a".repeat(100)));

test("undoes zlib, zstd and nothing", () => {
  expect(uncompress(0, plain, 100)).toEqual(plain);
  expect(uncompress(2, deflateSync(plain), 100)).toEqual(plain);
  expect(uncompress(3, zstdCompressSync(plain), 100)).toEqual(plain);
});

test("a length that is not true, a compressor that nobody has and torn bytes are refused", () => {
  expect(() => uncompress(2, deflateSync(plain), 99)).toThrow(FormatError);
  expect(() => uncompress(3, zstdCompressSync(plain), 101)).toThrow(FormatError);
  expect(() => uncompress(9, plain, 100)).toThrow("compressor 9");
  expect(() => uncompress(2, plain, 100)).toThrow(FormatError);
  expect(() => uncompress(0, plain, 2 ** 31)).toThrow(FormatError);
});
