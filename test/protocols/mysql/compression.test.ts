import { deflateSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { Decompressor } from "../../../src/protocols/mysql/compression.ts";

const frame = (content: Uint8Array, length: number): Uint8Array => {
  const head = Buffer.alloc(7);
  head.writeUIntLE(content.length, 0, 3);
  head.writeUIntLE(length, 4, 3);
  return Buffer.concat([head, content]);
};
const plain = Buffer.from("a packet, a packet, a packet");

test.each([
  ["zlib", deflateSync],
  ["zstd", zstdCompressSync],
] as const)("frames of %s and plain ones are read, cut anywhere", (algorithm, compress) => {
  const stream = Buffer.concat([frame(compress(plain), plain.length), frame(plain, 0)]);
  const reader = new Decompressor(algorithm);
  const found = [...stream].flatMap((byte) => reader.push(Uint8Array.of(byte)));
  expect(found.map((bytes) => Buffer.from(bytes).toString())).toEqual([plain.toString(), plain.toString()]);
});

test("what is no such compression, or lies about its length, is a FormatError", () => {
  expect(() => new Decompressor("zlib").push(frame(plain, 5))).toThrow(FormatError);
  expect(() => new Decompressor("zlib").push(frame(deflateSync(plain), 5))).toThrow(FormatError);
});
