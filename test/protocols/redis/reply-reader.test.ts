import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { ReplyReader } from "../../../src/protocols/redis/reply-reader.ts";
import { encoded } from "../../../src/protocols/redis/value.ts";

/** As a Redis 7 server wrote them. */
const REPLIES = [
  "+OK\r\n",
  "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
  ":1000\r\n",
  "$-1\r\n",
  "*-1\r\n",
  "$0\r\n\r\n",
  "*0\r\n",
  "*3\r\n:1\r\n*2\r\n+a\r\n$-1\r\n$3\r\nb\r\n\r\n",
  "%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n",
  "~2\r\n$1\r\na\r\n$1\r\nb\r\n",
  "_\r\n",
  "#t\r\n",
  "#f\r\n",
  ",3.25\r\n",
  ",inf\r\n",
  ",-1e+20\r\n",
  "(3492890328409238509324850943850943825024385\r\n",
  "=15\r\ntxt:Some string\r\n",
  "!21\r\nSYNTAX invalid syntax\r\n",
  ">3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$2\r\nhi\r\n",
  "|1\r\n$3\r\nttl\r\n:3600\r\n*1\r\n:7\r\n",
];

test("every reply comes back byte for byte, however the bytes are cut", () => {
  const all = Buffer.from(REPLIES.join(""));
  for (const size of [1, 2, 3, 7, 1000]) {
    const reader = new ReplyReader();
    const got: string[] = [];
    for (let at = 0; at < all.length; at += size) {
      reader.push(Uint8Array.from(all.subarray(at, at + size)));
      for (let value = reader.next(); value !== undefined; value = reader.next()) {
        got.push(Buffer.from(encoded(value)).toString());
      }
    }
    expect(got).toEqual(REPLIES);
    expect(reader.isBetween).toBe(true);
  }
});

test.each([
  "hello\r\n",
  "$01\r\na\r\n",
  ":1.5\r\n",
  "$1\r\nab\r\n",
  "*1 \r\n",
  "#x\r\n",
  "\r\n",
  "+a\n",
  `${"*1\r\n".repeat(200)}`,
])("what no server says is refused: %j", (text) => {
  const reader = new ReplyReader();
  reader.push(Buffer.from(text));
  expect(() => {
    while (reader.next() !== undefined);
  }).toThrow(FormatError);
});
