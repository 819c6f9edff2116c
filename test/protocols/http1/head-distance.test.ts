import { expect, test } from "bun:test";
import { headDistance } from "../../../src/protocols/http1/head-distance.ts";
import type { Header } from "../../../src/protocols/http1/spec.ts";

const head = (...headers: Header[]): Header[] => headers;

test("fields that differ, are missing or are there twice count one each, whatever their case and order", () => {
  const asked = head(["Range", "bytes=0-9"], ["Accept", "a"], ["X-Tag", "1"], ["X-Tag", "2"]);
  expect(headDistance(asked, asked)).toBe(0);
  expect(headDistance(head(["x-tag", "1"], ["x-tag", "2"], ["accept", "a"], ["range", "bytes=0-9"]), asked)).toBe(0);
  expect(headDistance(head(["Range", "bytes=10-19"], ["Accept", "a"], ["X-Tag", "1"]), asked)).toBe(2);
  expect(headDistance([], asked)).toBe(3);
});

test("what tells of the connection or of the moment does not count", () => {
  const left = head(["Connection", "close"], ["Date", "Sun"], ["X-Amz-Date", "20260101T000000Z"], ["User-Agent", "a"]);
  expect(headDistance(left, head(["Connection", "keep-alive"], ["X-Amz-Date", "20260101T000001Z"]))).toBe(0);
});
