import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { uncompressSnappy } from "../../../src/protocols/mongodb/snappy.ts";

/** Copies of text, of every byte and of one letter, by python-snappy. */
const compressed = Buffer.from(
  "nB4kYWJjZGVmZ2hpav4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KAP4KALYKAPBhAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGEiGQzwlWtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9vr/AwcLDxMXGx8jJysvMzc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vv8/f7/AP4AAf4AAf4AAf4AAf4AAf4AAf4AAfoAAQB6/gEAigEA",
  "base64",
);
const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const plain = Buffer.concat([Buffer.from("abcdefghij".repeat(300)), every, every, every, Buffer.from("z".repeat(100))]);

test("undoes what python-snappy made", () => {
  expect(Buffer.from(uncompressSnappy(compressed, 10_000)).equals(plain)).toBe(true);
});

test("refuses what is torn, too long or a bomb", () => {
  expect(() => uncompressSnappy(compressed.subarray(0, 300), 10_000)).toThrow(FormatError);
  expect(() => uncompressSnappy(compressed, 100)).toThrow(FormatError);
  expect(() => uncompressSnappy(Buffer.from([0xff, 0xff, 0xff, 0x7f, 0]), 2 ** 31)).toThrow(FormatError);
  expect(() => uncompressSnappy(Buffer.from([4, 0x01, 0x09]), 10_000)).toThrow(FormatError);
});
