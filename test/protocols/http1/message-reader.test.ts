import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { MessageReader } from "../../../src/protocols/http1/message-reader.ts";
import { bytes, text } from "./example.ts";

test("heads and bodies alternate; each head knows when its first byte came", () => {
  const reader = new MessageReader();
  reader.push(bytes("\r\nPOST / HT"), 10);
  expect(reader.head()).toBeUndefined();
  reader.push(bytes("TP/1.1\r\n\r\nbodyGET / HTTP/1.1\r\n\r\n"), 20);
  const first = reader.head();
  expect([first?.head.start, first?.startedAt]).toEqual(["POST / HTTP/1.1", 10]);
  reader.begin({ kind: "length", length: 4 });
  expect(reader.inBody).toBe(true);
  expect(text(reader.body()?.body ?? new Uint8Array())).toBe("body");
  const second = reader.head();
  expect([second?.head.start, second?.startedAt, reader.at, reader.waiting]).toEqual(["GET / HTTP/1.1", 20, 20, 0]);
});

test("an unfinished body is given up only when asked", () => {
  const reader = new MessageReader();
  reader.push(bytes("abc"), 1);
  reader.begin({ kind: "length", length: 9 });
  expect([reader.body(), reader.close(), reader.bodyLength]).toEqual([undefined, undefined, 3]);
  expect(text(reader.abandon()?.body ?? new Uint8Array())).toBe("abc");
  expect(reader.inBody).toBe(false);
});

test("a head has an end", () => {
  const reader = new MessageReader();
  reader.push(new Uint8Array(1024 * 1024 + 1).fill(65), 1);
  expect(() => reader.head()).toThrow(FormatError);
});
