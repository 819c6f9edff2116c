import { expect, test } from "bun:test";
import {
  encodeRequestBody,
  encodeRequestHead,
  encodeResponseBody,
  encodeResponseHead,
  type Piece,
} from "../../../src/protocols/http1/encode.ts";
import { exchange, text, written } from "./example.ts";

const joined = (pieces: Iterable<Piece>): string => [...pieces].map((piece) => text(piece.bytes)).join("");

test("messages are printed as they were recorded", () => {
  const request =
    'PUT /a HTTP/1.1\r\nHost:h\r\nTransfer-Encoding: chunked\r\n\r\n5;x="y z"\r\nhello\r\n01\r\n!\r\n000\r\nX-T: 1\r\n\r\n';
  const response = "HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc";
  const spec = exchange(request, response);
  expect(text(encodeRequestHead(spec.request)) + joined(encodeRequestBody(spec.request))).toBe(request);
  expect(text(encodeResponseHead(spec.response)) + joined(encodeResponseBody(spec.response, "PUT"))).toBe(response);
});

test("a body that is not to be sent is not", () => {
  const head = { method: "POST", header: { "Content-Length": "3" }, body: "abc" };
  expect(joined(encodeRequestBody({ ...written(head).request, bodyUnsent: true }))).toBe("");
  expect(
    joined(encodeResponseBody(written({}, { header: { "Content-Length": "3" }, body: "abc" }).response, "HEAD")),
  ).toBe("");
});

test("large payload is handed out where it lies, small chunks are put together", () => {
  const chunked = { "Transfer-Encoding": "chunked" };
  const big = written({}, { header: chunked, body: new Uint8Array(1_000_000) }).response;
  expect([...encodeResponseBody(big, "GET")].some((piece) => piece.bytes.buffer === big.body.buffer)).toBe(true);
  const small = written({}, { header: chunked, body: "x".repeat(100_000), chunks: "a*10000" }).response;
  expect([...encodeResponseBody(small, "GET")].length).toBeLessThan(5);
  expect(joined(encodeResponseBody(small, "GET"))).toBe(`${"a\r\nxxxxxxxxxx\r\n".repeat(10_000)}0\r\n\r\n`);
});

test("the chunks of an event stream come one by one; one that was cut has no end", () => {
  const header = { "Content-Type": "text/event-stream", "Transfer-Encoding": "chunked" };
  const spec = written({}, { header, body: "data: 1\n\ndata: 2\n\n", chunks: "9 9", cut: true }).response;
  const pieces = [...encodeResponseBody(spec, "GET")];
  expect(pieces.filter((piece) => piece.afterMs > 0).length).toBe(1);
  expect(joined(pieces)).toBe("9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n");
});
