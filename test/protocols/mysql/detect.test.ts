import { expect, test } from "bun:test";
import { detect } from "../../../src/protocols/mysql/detect.ts";
import { streamOf, wiresOf } from "../../support/wire.ts";

const nothing = new Uint8Array(0);
const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));

test("a real greeting is one as soon as its version is there", () => {
  const [wire] = wiresOf("mysql");
  const greeting = streamOf(wire?.lines ?? [], "server");
  expect([4, 10, 80].map((most) => detect(greeting.subarray(0, most), nothing))).toEqual(["more", "more", "yes"]);
});

test("so is an error in its place, and nothing else", () => {
  const error = bytes([23, 0, 0, 0, 0xff, 0x10, 0x04], "Too many connections");
  expect(detect(error, nothing)).toBe("yes");
  expect(detect(bytes("220 mail.test ESMTP\r\n"), nothing)).toBe("no");
  expect(detect(bytes([74, 0, 0, 0, 9], "3.20"), nothing)).toBe("no");
  expect([detect(nothing, nothing), detect(nothing, bytes("GET /"))]).toEqual(["more", "no"]);
});
