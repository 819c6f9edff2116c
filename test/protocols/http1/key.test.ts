import { expect, test } from "bun:test";
import { addressOf, askedLine, isIdentifier, keyOf, pathShape } from "../../../src/protocols/http1/key.ts";
import { exchange, written } from "./example.ts";

const key = (request: string) => keyOf(exchange(request, "HTTP/1.1 204 No Content\r\n\r\n").request);

test("the key holds what a request asks, and the shape holds no values", () => {
  const body = '{"b":1,"a":2}';
  const request = `POST /users/7/orders?b=2&a=1 HTTP/1.1\r\nHost: API.example:8080\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  expect(key(request)).toEqual({
    text: 'POST api.example:8080/users/7/orders?a=1&b=2\napplication/json\n{"a":2,"b":1}',
    shape: "POST api.example:8080/users/:id/orders",
    asked: 'POST api.example:8080/users/7/orders?b=2&a=1 {"b":1,"a":2}',
  });
});

test("fields of the head do not count, address and method do", () => {
  const one = key("GET /a HTTP/1.1\r\nHost: h\r\nX-Trace: 1\r\n\r\n").text;
  expect(key("GET /a HTTP/1.0\r\nX-Trace: 2\r\nhost: H:80\r\n\r\n").text).toBe(one);
  expect(key("GET http://h/a HTTP/1.1\r\nHost: proxy\r\n\r\n").text).toBe(one);
  for (const other of [
    "POST /a HTTP/1.1\r\nHost: h",
    "GET /A HTTP/1.1\r\nHost: h",
    "GET /a HTTP/1.1\r\nHost: h:81",
    "GET /a? HTTP/1.1\r\nHost: h2",
  ]) {
    expect(key(`${other}\r\n\r\n`).text).not.toBe(one);
  }
});

test("every form of target has an address", () => {
  const address = (method: string, target: string, origin: string) => addressOf({ method, target, origin });
  expect(address("GET", "/a?b?c", "https://h:443")).toEqual({ host: "h", path: "/a", query: "b?c" });
  expect(address("GET", "http://user@h:80", "http://user@h:80")).toEqual({ host: "h", path: "/", query: "" });
  expect(address("OPTIONS", "*", "http://[::1]:8080")).toEqual({ host: "[::1]:8080", path: "*", query: "" });
  expect(address("CONNECT", "h:443", "http://h:443")).toEqual({ host: "h:443", path: "", query: "" });
  expect(address("GET", "/http://x/y", "")).toEqual({ host: "", path: "/http://x/y", query: "" });
});

test("identifiers are numbers, UUIDs and long hexadecimal", () => {
  const segments = ["7", "123e4567-e89b-12d3-a456-426614174000", "DEADbeef00112233", "v1", "cafe", "users"];
  expect(segments.map(isIdentifier)).toEqual([true, true, true, false, false, false]);
  expect(pathShape("/a/1//2/")).toBe("/a/:id//:id/");
});

test("a request without a host is asked of its connection", () => {
  expect(key("GET /a HTTP/1.0\r\n\r\n").text).toBe("GET api.example/a");
  expect(askedLine(written({ url: "/only" }).request)).toBe("GET /only");
});
