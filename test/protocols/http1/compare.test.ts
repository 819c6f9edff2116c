import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import type { Difference } from "../../../src/core/diff.ts";
import { compareResponses } from "../../../src/protocols/http1/compare.ts";
import { exchange, written } from "./example.ts";

const compare = (want: object, got: object, method = "GET"): readonly Difference[] =>
  compareResponses(written({ method }, want), written({ method }, got));

const plain = (path: string, expected: unknown, actual: unknown): Difference => ({
  path,
  expected,
  actual,
  change: "changed",
});

test("status, fields and body are compared", () => {
  const want = {
    status_code: 200,
    header: { "content-type": "application/json", Gone: "1", Vary: ["a", "b"] },
    body: '{"id":1,"n":1}',
  };
  const got = {
    status_code: 201,
    header: { "Content-Type": "application/json", More: "2", vary: ["a", "c"] },
    body: '{"id":1,"n":1.0}',
  };
  expect(compare(want, got)).toEqual([
    plain("status", 200, 201),
    { path: "header.Gone", expected: "1", change: "missing" },
    plain("header.Vary[1]", "b", "c"),
    { path: "header.More", actual: "2", change: "added" },
    { path: "body.n", expected: "1", actual: "1.0", change: "retyped" },
  ]);
});

test("equal answers are equal however they are framed, coded and spelt", () => {
  const text = "the same text";
  const chunked = {
    header: { "Transfer-Encoding": "chunked", "set-cookie": ["a=1", "b=2"], Connection: "close" },
    body: text,
    chunks: "1 c",
  };
  expect(compare({ header: { "Set-Cookie": "a=1,b=2", "Keep-Alive": "timeout=5" }, body: text }, chunked)).toEqual([]);
  const coded = { header: { "Content-Encoding": "gzip" }, body: text };
  const again = {
    header: { "Content-Encoding": "gzip" },
    body: text,
    body_wire: new Uint8Array(gzipSync(text, { level: 0 })),
  };
  expect(compare(coded, again)).toEqual([]);
  expect(compare({ body: '{"a":1,"b":[]}' }, { body: '{ "b": [], "a": 1 }' })).toEqual([]);
});

test("a length that follows from the body is not a difference of its own, any other is", () => {
  expect(compare({ body: "one" }, { body: "three" })).toEqual([plain("body", "one", "three")]);
  const head = { header: { "Content-Length": "5" } };
  expect(compare(head, { header: { "Content-Length": "6" } }, "HEAD")).toEqual([
    plain("header.Content-Length", "5", "6"),
  ]);
});

test("text and bytes are compared too, and so are trailers", () => {
  const bytes = (value: number): object => ({
    header: { "Transfer-Encoding": "chunked" },
    body: new Uint8Array([1, 2, value]),
    trailer: { "X-T": String(value) },
  });
  expect(compare(bytes(3), bytes(4))).toEqual([
    plain("body", "hex 010203", "hex 010204"),
    plain("trailer.X-T", "3", "4"),
  ]);
  expect(compare({ body: '{"a":1}' }, { body: "no json" }).map(({ path }) => path)).toEqual(["body"]);
  expect(
    compare(
      { header: { "Content-Type": "text/event-stream" }, body: "data: 1\n\n" },
      { header: { "Content-Type": "text/event-stream" }, body: "data: 2\n\n" },
    ),
  ).toEqual([plain("body[0].data", "1", "2")]);
});

test("a body that another tool left out is compared by its size", () => {
  const want = { body_skipped: true, body_size: 5 };
  expect(compare(want, { body: "12345" })).toEqual([]);
  expect(compare(want, { body: "1234" })).toEqual([plain("body", "5 bytes", "4 bytes")]);
});

test("a real answer equals itself", () => {
  const response = "HTTP/1.1 200 OK\r\nX: 1\r\nContent-Length: 2\r\nX: 2\r\n\r\nok";
  const spec = exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n", response);
  expect(compareResponses(spec, spec)).toEqual([]);
});
