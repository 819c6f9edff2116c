import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { FormatError } from "../../../src/core/errors.ts";
import { decodeStartup, encodeStartup } from "../../../src/protocols/postgres/startup-packet.ts";

test("what a driver opens a connection with is read, and written the same", () => {
  const packets = [
    serialize.startup({ user: "app", database: "shop" }),
    serialize.requestSsl(),
    serialize.cancel(7, 8),
  ];
  const read = packets.map((packet) => decodeStartup(packet.subarray(4)));
  expect(read).toEqual([
    { message: "startup", major: 3, minor: 0, options: [["user", "app"], ["database", "shop"], ["client_encoding", "UTF8"]] }, // prettier-ignore
    { message: "ssl" },
    { message: "cancel", process: 7, secret: new Uint8Array([0, 0, 0, 8]) },
  ]);
  expect(read.map((packet) => Buffer.from(encodeStartup(packet)))).toEqual(
    packets.map((packet) => Buffer.from(packet)),
  );
});

test("another protocol is refused", () => {
  expect(() => decodeStartup(Buffer.from([0, 2, 0, 0]))).toThrow(FormatError);
});
