import { expect, test } from "bun:test";
import { ByteQueue } from "../../../src/lib/bytes/byte-queue.ts";
import { bytes, text } from "../../protocols/http1/example.ts";

test("lines and heads come whole, however the bytes are cut", () => {
  const all = "GET / HTTP/1.1\r\nA: b\r\n\r\n5\r\nhello\nX: y\n\nrest";
  for (const size of [1, 2, 3, 7, 100]) {
    const queue = new ByteQueue();
    const got: string[] = [];
    for (let at = 0; at < all.length; at += size) {
      queue.push(bytes(all.slice(at, at + size)));
      if (got.length === 0) got.push(...[queue.head()].flatMap((head) => (head ? [text(head)] : [])));
      if (got.length === 1) got.push(...[queue.line()].flatMap((line) => (line ? [text(line)] : [])));
      while (got.length === 2 && queue.size > 0 && queue.peek() !== 0x0a) queue.take(1);
      if (got.length === 2 && queue.size > 0) got.push(text(queue.take(1)));
      if (got.length === 3) got.push(...[queue.head()].flatMap((head) => (head ? [text(head)] : [])));
    }
    expect(got).toEqual(["GET / HTTP/1.1\r\nA: b\r\n\r\n", "5\r\n", "\n", "X: y\n\n"]);
    expect(text(queue.take(100))).toBe("rest");
    expect(queue.size).toBe(0);
  }
});

test("a run that comes to an empty queue is handed out without a copy, and never written to", () => {
  const queue = new ByteQueue();
  const run = bytes("abcdef");
  queue.push(run);
  const first = queue.take(2);
  expect(first.buffer).toBe(run.buffer);
  queue.push(bytes("gh"));
  const second = queue.take(3);
  queue.push(bytes("ij"));
  expect([text(first), text(second), text(queue.take(99)), text(run)]).toEqual(["ab", "cde", "fghij", "abcdef"]);
});
