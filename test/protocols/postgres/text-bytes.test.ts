import { expect, test } from "bun:test";
import {
  decodeText,
  decodeUtf8,
  encodeText,
  equalBytes,
  joinBytes,
} from "../../../src/protocols/postgres/text-bytes.ts";

test("any bytes survive being text", () => {
  for (const bytes of [
    Buffer.from("é😀"),
    Buffer.from([0xe9, 0xff]),
    Buffer.from("\uf8ffx"),
    Buffer.from("\ufeffbom"),
  ]) {
    expect(equalBytes(encodeText(decodeText(bytes)), bytes)).toBe(true);
  }
  expect(decodeText(Buffer.from([0xe9]))).not.toBe(decodeText(Buffer.from("é")));
  expect(decodeUtf8(Buffer.from([0xe9]))).toBeUndefined();
});

test("joining copies a piece that would pin a larger buffer", () => {
  const large = new Uint8Array(1000);
  const joined = joinBytes([large.subarray(1, 3)]);
  expect([joined.length, joined.buffer.byteLength]).toEqual([2, 2]);
  expect(joinBytes([Uint8Array.of(1), Uint8Array.of(2, 3)])).toEqual(Uint8Array.of(1, 2, 3));
  expect(joinBytes([])).toEqual(new Uint8Array(0));
});
