import { expect, test } from "bun:test";
import type { Detection } from "../../../src/core/protocol.ts";
import { detect } from "../../../src/protocols/http1/detect.ts";
import { bytes } from "./example.ts";

const verdict = (client: string, server = ""): Detection => detect({ client: bytes(client), server: bytes(server) });

test("request lines are told from their first bytes, whatever the method", () => {
  for (const line of [
    "GET / HTTP/1.1",
    "M-SEARCH * HTTP/1.1",
    "CONNECT a:443 HTTP/1.0",
    "PROPFIND http://a/b HTTP/1.1",
    "VERSION_CONTROL /x HTTP/1.1",
  ]) {
    for (let length = 0; length < line.length - 1; length++) expect(verdict(line.slice(0, length))).toBe("more");
    expect(verdict(line)).toBe("yes");
    expect(verdict(`${line}\r\nHost: a\r\n`, "anything")).toBe("yes");
  }
});

test("other protocols are let go at the first byte that differs", () => {
  const others = [
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "EHLO mail.example\r\n",
    "*1\r\n$4\r\nPING\r\n",
    "PING\r\n",
    "SET key value\r\n",
    'CONNECT {"verbose":false}\r\n',
    "NICK bob\r\n",
    "get / HTTP/1.1",
    "GET  HTTP/1.1",
    " GET / HTTP/1.1",
    "\u0016\u0003\u0001",
    "OPTIONS rtsp://a RTSP/1.0",
    "A".repeat(40),
  ];
  expect(others.filter((other) => verdict(other) !== "no")).toEqual([]);
  expect(verdict(`GET /${"a".repeat(70_000)}`)).toBe("no");
});

test("a server that speaks first speaks something else", () => {
  expect([verdict("", "220 mail ESMTP\r\n"), verdict("", "HTT"), verdict("", "HTTP/1.1 408")]).toEqual([
    "no",
    "more",
    "more",
  ]);
});
