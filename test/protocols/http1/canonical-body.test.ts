import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import {
  bodyExcerpt,
  canonicalBody,
  formBody,
  jsonBody,
  multipartBody,
  plainBody,
} from "../../../src/protocols/http1/canonical-body.ts";
import type { HttpRequest } from "../../../src/protocols/http1/spec.ts";
import { bytes, text, written } from "./example.ts";

const request = (type: string, body: string | Uint8Array, header: object = {}): HttpRequest =>
  written({ method: "POST", header: { "Content-Type": type, ...header }, body }).request;

const canonical = (type: string, body: string | Uint8Array): string => canonicalBody(request(type, body));

test("JSON counts by its values, with their types", () => {
  const one = canonical("application/json", '{"a":1,"b":[true]}');
  expect(canonical("application/vnd.api+json; v=1", '{ "b": [true], "a": 1 }\n')).toBe(one);
  expect(canonical("text/plain", ' {"b":[true],"a":1}')).toBe(one);
  for (const other of ['{"a":1.0,"b":[true]}', '{"a":"1","b":[true]}', '{"a":1,"b":[true],"c":null}']) {
    expect(canonical("application/json", other)).not.toBe(one);
  }
  expect(jsonBody(request("text/plain", "1"))).toBeUndefined();
  expect(jsonBody(request("application/json", "{broken"))).toBeUndefined();
});

test("forms count by their sorted fields", () => {
  const type = "application/x-www-form-urlencoded";
  expect(canonical(type, "b=2&a=1")).toBe(canonical(type, "a=1&b=2"));
  expect(canonical("text/plain", "b=2&a=1")).not.toBe(canonical("text/plain", "a=1&b=2"));
  expect(formBody(request(type, "b=2"))).toBe("b=2");
});

test("multipart counts without its random boundary", () => {
  const parts = (boundary: string, value: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n${value}\r\n--${boundary}--\r\n`;
  const one = canonical('multipart/form-data; boundary="x1"', parts("x1", "v"));
  expect(canonical("multipart/form-data; boundary=----9", parts("----9", "v"))).toBe(one);
  expect(canonical("multipart/form-data; boundary=x1", parts("x1", "w"))).not.toBe(one);
  expect(multipartBody(request("text/plain", "x"))).toBeUndefined();
});

test("other bodies count by their bytes, long ones by a hash", () => {
  expect(canonical("text/plain", "plain")).toBe("plain");
  expect(canonical("a/b", new Uint8Array([0xff, 0]))).toBe("hex ff00");
  const long = canonical("a/b", new Uint8Array(100_000));
  expect(long).toMatch(/^sha256 [0-9a-f]{64} of 100000$/);
  expect(canonical("a/b", new Uint8Array(100_000).fill(1))).not.toBe(long);
});

test("a coded body counts as what it says", () => {
  const coded = request("text/plain", new Uint8Array(gzipSync("inside")), { "Content-Encoding": "gzip" });
  expect(text(plainBody(coded))).toBe("inside");
  expect(canonicalBody(coded)).toBe("inside");
});

test("people see the start of a body, on one line", () => {
  expect(bodyExcerpt(request("text/plain", "two\nlines of text"), 8)).toBe("two line…");
  expect(bodyExcerpt(request("a/b", bytes("\u0000\u0001")), 8)).toBe("(2 bytes)");
  expect(bodyExcerpt(request("a/b", ""), 8)).toBe("");
});
