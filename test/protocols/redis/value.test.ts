import { expect, test } from "bun:test";
import { ReplyReader } from "../../../src/protocols/redis/reply-reader.ts";
import {
  bulk,
  encode,
  encoded,
  error,
  integer,
  isError,
  list,
  OK,
  status,
} from "../../../src/protocols/redis/value.ts";

test("each kind of reply has its one spelling", () => {
  const value = list([OK, status("QUEUED"), error("ERR no"), integer(-5), bulk(Buffer.from("a\r\nb"))]);
  expect(Buffer.from(encoded(value)).toString()).toBe("*5\r\n+OK\r\n+QUEUED\r\n-ERR no\r\n:-5\r\n$4\r\na\r\nb\r\n");
});

test("long strings are passed on, not copied", () => {
  const bytes = new Uint8Array(1 << 20);
  expect([...encode(bulk(bytes))][1]).toBe(bytes);
});

test("errors are those of RESP2 and the long ones of RESP3", () => {
  const reader = new ReplyReader();
  reader.push(Buffer.from("-ERR a\r\n!5\r\nERR b\r\n+OK\r\n"));
  const replies = [reader.next(), reader.next(), reader.next()];
  expect(replies.map((reply) => reply !== undefined && isError(reply))).toEqual([true, true, false]);
});
