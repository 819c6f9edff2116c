import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import {
  decodeHead,
  decodeTrailers,
  encodeHead,
  keepUnlessPrinted,
  parseRequestLine,
  parseStatusLine,
  printHeaders,
  printRequestLine,
  printStatusLine,
} from "../../../src/protocols/http1/head.ts";
import { bytes, text } from "./example.ts";

test("a plain head is printed as it came and keeps no bytes", () => {
  const plain = bytes("GET /ä HTTP/1.1\r\nHost: h\r\nX-Empty: \r\nX-Name: é: ü\r\n\r\n");
  const head = decodeHead(plain);
  expect(head).toEqual({
    start: "GET /ä HTTP/1.1",
    headers: [
      ["Host", "h"],
      ["X-Empty", ""],
      ["X-Name", "é: ü"],
    ],
    wire: null,
  });
  expect(encodeHead(head.start, head.headers)).toEqual(plain);
});

test("odd heads are read and keep their bytes", () => {
  const odd = [
    "GET / HTTP/1.1\nA: b\n\n",
    "GET / HTTP/1.1\r\nA:b\r\n\r\n",
    "GET / HTTP/1.1\r\nA : b\r\n\r\n",
    "GET / HTTP/1.1\r\nA: b \r\n\r\n",
    "GET / HTTP/1.1\r\nA: b\r\n\n",
    "GET / HTTP/1.1\r\nA:\r\n b\r\n\r\n",
  ].map(bytes);
  for (const wire of odd) expect(decodeHead(wire)).toEqual({ start: "GET / HTTP/1.1", headers: [["A", "b"]], wire });
  const folded = decodeHead(bytes("GET / HTTP/1.1\r\nA: one\r\n\ttwo\r\n  three\r\n\r\n"));
  expect(folded.headers).toEqual([["A", "one two three"]]);
  const latin = new Uint8Array(Buffer.from("GET / HTTP/1.1\r\nA: caf\xe9\r\n\r\n", "latin1"));
  expect(decodeHead(latin)).toEqual({ start: "GET / HTTP/1.1", headers: [["A", "café"]], wire: latin });
});

test("lines without a name are refused", () => {
  for (const head of ["G\r\n: b\r\n\r\n", "G\r\nno colon\r\n\r\n", "G\r\n folded\r\n\r\n"]) {
    expect(() => decodeHead(bytes(head))).toThrow(FormatError);
  }
});

test("start lines are taken apart and put together", () => {
  const line = { method: "M-SEARCH", target: "*", minor: 1 };
  expect(parseRequestLine("M-SEARCH * HTTP/1.1")).toEqual(line);
  expect(printRequestLine(line)).toBe("M-SEARCH * HTTP/1.1");
  const status = { minor: 0, status: 404, reason: "Not Found" };
  expect(parseStatusLine("HTTP/1.0 404 Not Found")).toEqual(status);
  expect(printStatusLine(status)).toBe("HTTP/1.0 404 Not Found");
  expect(parseStatusLine("HTTP/1.1 200")).toEqual({ minor: 1, status: 200, reason: "" });
  for (const wrong of ["GET /", "GET / HTTP/2.0", "G(T / HTTP/1.1", "GET  HTTP/1.1", " / HTTP/1.1"]) {
    expect(() => parseRequestLine(wrong)).toThrow(FormatError);
  }
  for (const wrong of ["HTTP/2 200", "HTTP/1.1 20", "HTTP/1.1 2000", "220 mail"])
    expect(() => parseStatusLine(wrong)).toThrow(FormatError);
});

test("bytes are kept where the start line is not printed the same", () => {
  const wire = bytes("HTTP/1.1 200\r\n\r\n");
  const head = decodeHead(wire);
  expect(keepUnlessPrinted(head, printStatusLine(parseStatusLine(head.start)), wire)).toBe(wire);
  expect(keepUnlessPrinted(head, "HTTP/1.1 200", wire)).toBeNull();
});

test("trailers are fields without a start line", () => {
  expect(decodeTrailers(bytes("A: b\r\nC:d\n\r\n"))).toEqual([
    ["A", "b"],
    ["C", "d"],
  ]);
  expect(printHeaders([["A", "b"]])).toBe("A: b\r\n");
  expect(text(encodeHead("X", []))).toBe("X\r\n\r\n");
});
