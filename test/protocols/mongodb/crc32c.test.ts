import { expect, test } from "bun:test";
import { crc32c } from "../../../src/protocols/mongodb/crc32c.ts";

test("is the one of RFC 3720", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
});
