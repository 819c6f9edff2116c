import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { type Body, BodyReader } from "../../../src/protocols/http1/body-reader.ts";
import { ByteQueue } from "../../../src/lib/bytes/byte-queue.ts";
import type { Framing } from "../../../src/protocols/http1/framing.ts";
import { bytes, text } from "./example.ts";

const read = (framing: Framing, content: string, cut = content.length): { body: Body | null; left: string } => {
  const [reader, queue] = [new BodyReader(framing), new ByteQueue()];
  let done = reader.read(queue);
  for (let at = 0; at < content.length; at += cut) {
    queue.push(bytes(content.slice(at, at + cut)));
    done = done || reader.read(queue);
  }
  return { body: done ? reader.finish() : null, left: text(queue.rest()) };
};

test("a body of known length ends where it says", () => {
  const body = { body: bytes("hello"), chunks: null, trailers: [] };
  for (const cut of [1, 2, 100])
    expect(read({ kind: "length", length: 5 }, "helloHTTP", cut)).toEqual({ body, left: "HTTP" });
  expect(read({ kind: "none" }, "HTTP").left).toBe("HTTP");
  expect(read({ kind: "length", length: 5 }, "hell").body).toBeNull();
});

test("chunks, extensions and trailers are read however they are cut", () => {
  const content = '5;a="b c"\r\nhello\r\n001\r\n!\r\n0\r\nX-Sum: 6\r\nX-End:1\r\n\r\nnext';
  const body = {
    body: bytes("hello!"),
    chunks: '5;a="b%20c" 001',
    trailers: [
      ["X-Sum", "6"],
      ["X-End", "1"],
    ],
  };
  for (const cut of [1, 2, 3, 100])
    expect(read({ kind: "chunked" }, content, cut) as unknown).toEqual({ body, left: "next" });
  expect(read({ kind: "chunked" }, "1\na\n0\n\nnext") as unknown).toEqual({
    body: { body: bytes("a"), chunks: "1", trailers: [] },
    left: "next",
  });
});

test("only a body without a length ends with the connection", () => {
  const [reader, queue] = [new BodyReader({ kind: "close" }), new ByteQueue()];
  queue.push(bytes("all of it"));
  expect(reader.read(queue)).toBe(false);
  expect(reader.length).toBe(9);
  expect(reader.close()).toBe(true);
  expect(text(reader.finish().body)).toBe("all of it");
  expect(new BodyReader({ kind: "length", length: 1 }).close()).toBe(false);
  expect(new BodyReader({ kind: "chunked" }).close()).toBe(false);
});

test("what is no chunk is refused, also where it has no end", () => {
  for (const wrong of ["x\r\n", "-5\r\n", "2\r\nabc\r\n", "1".repeat(20_000)]) {
    expect(() => read({ kind: "chunked" }, wrong)).toThrow(FormatError);
  }
});
