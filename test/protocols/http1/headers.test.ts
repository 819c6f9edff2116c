import { expect, test } from "bun:test";
import {
  canonicalName,
  headerTokens,
  headerValue,
  headerValues,
  mediaType,
  withHeader,
} from "../../../src/protocols/http1/headers.ts";
import type { Header } from "../../../src/protocols/http1/spec.ts";

const headers: Header[] = [
  ["Connection", "keep-alive, Upgrade"],
  ["SET-COOKIE", "a=1"],
  ["content-type", "Application/JSON; charset=utf-8"],
  ["set-cookie", "b=2"],
  ["connection", "close"],
];

test("fields are found whatever their case", () => {
  expect(headerValue(headers, "set-cookie")).toBe("a=1");
  expect(headerValues(headers, "set-cookie")).toEqual(["a=1", "b=2"]);
  expect(headerTokens(headers, "connection")).toEqual(["keep-alive", "upgrade", "close"]);
  expect(mediaType(headers)).toBe("application/json");
  expect(mediaType([])).toBe("");
});

test("a field is set in its place, once", () => {
  expect(withHeader(headers, "Set-Cookie", "c")).toEqual([
    ["Connection", "keep-alive, Upgrade"],
    ["SET-COOKIE", "c"],
    ["content-type", "Application/JSON; charset=utf-8"],
    ["connection", "close"],
  ]);
  expect(withHeader([], "A", "b")).toEqual([["A", "b"]]);
});

test("paths spell names one way", () => {
  expect(["content-type", "X-REQUEST-ID", "etag"].map(canonicalName)).toEqual(["Content-Type", "X-Request-Id", "Etag"]);
});
