import { expect, test } from "bun:test";
import type { Difference } from "../../../src/core/diff.ts";
import { requestDifferences } from "../../../src/protocols/http1/request-differences.ts";
import { written } from "./example.ts";

const differences = (recorded: object, asked: object): readonly Difference[] =>
  requestDifferences(written(recorded).request, written(asked).request);

test("equal keys differ in nothing", () => {
  const header = { "Content-Type": "application/json" };
  expect(
    differences(
      { url: "http://h/a?x=1&y=2", header, body: '{"a":1,"b":2}' },
      { url: "http://h:80/a?y=2&x=1", header, body: '{"b":2, "a":1}' },
    ),
  ).toEqual([]);
});

test("each part that counts is named", () => {
  expect(
    differences(
      {
        method: "POST",
        url: "http://h/a?page=1&gone=x&s=1",
        header: { "Content-Type": "application/json" },
        body: '{"user":{"id":1}}',
      },
      {
        method: "PUT",
        url: "http://i:81/b?page=2&page=3&s=1&more",
        header: { "Content-Type": "text/json" },
        body: '{"user":{"id":2,"x":[]}}',
      },
    ),
  ).toEqual([
    { path: "method", expected: "POST", actual: "PUT", change: "changed" },
    { path: "host", expected: "h", actual: "i:81", change: "changed" },
    { path: "path", expected: "/a", actual: "/b", change: "changed" },
    { path: "query.page", expected: "1", actual: ["2", "3"], change: "changed" },
    { path: "query.gone", expected: "x", change: "missing" },
    { path: "query.more", actual: "", change: "added" },
    { path: "header.Content-Type", expected: "application/json", actual: "text/json", change: "changed" },
    { path: "body.user.id", expected: 1, actual: 2, change: "changed" },
    { path: "body.user.x", actual: [], change: "added" },
  ]);
});

test("forms, multipart and other bodies are named too", () => {
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  expect(differences({ header: form, body: "a=1&b=2" }, { header: form, body: "a=2&b=2" })).toEqual([
    { path: "body.a", expected: "1", actual: "2", change: "changed" },
  ]);
  const parts = { "Content-Type": "multipart/form-data; boundary=q" };
  const other = { "Content-Type": "multipart/form-data; boundary=r" };
  expect(
    differences({ header: parts, body: "--q\r\n\r\na\r\n--q--" }, { header: other, body: "--r\r\n\r\nb\r\n--r--" }).map(
      ({ path }) => path,
    ),
  ).toEqual(["body"]);
  expect(differences({ body: "text" }, { body: "" })).toEqual([{ path: "body", expected: "text", change: "missing" }]);
});

test("different keys always differ in something", () => {
  const spellings = ["http://h/a?x", "http://h/a?x=", "http://h/a", "http://h/a?x&x"];
  for (const left of spellings) {
    for (const right of spellings) expect(differences({ url: left }, { url: right }).length > 0).toBe(left !== right);
  }
});
