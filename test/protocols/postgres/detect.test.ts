import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { detect } from "../../../src/protocols/postgres/detect.ts";

const settles = (bytes: Uint8Array): string[] =>
  Array.from({ length: bytes.length + 1 }, (_, size) => detect(bytes.subarray(0, size))).filter(
    (said, index, all) => said !== all[index - 1],
  );

test("every opening of a connection is claimed, once its code is seen", () => {
  const gss = Buffer.from("0000000804d21630", "hex");
  for (const bytes of [serialize.startup({ user: "a" }), serialize.requestSsl(), serialize.cancel(1, 2), gss]) {
    expect(settles(bytes)).toEqual(["more", "yes"]);
  }
});

test("nothing else is", () => {
  const others = ["GET / HTTP/1.1\r\n\r\n", "*1\r\n$4\r\nPING\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01", "\0\0\0\x08\0\0\0\x02", "\0\0\0\x09\x04\xd2\x16\x2f", "\0\0\0\x14\0\x03\0\0name\0value\0\0"]; // prettier-ignore
  expect(others.map((text) => settles(Buffer.from(text, "latin1")).at(-1))).toEqual(others.map(() => "no"));
});
