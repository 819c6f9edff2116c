import { expect, test } from "bun:test";
import { diffEvents } from "../../../src/protocols/http1/event-diff.ts";

test("events are compared one by one, their data by structure", () => {
  const expected = 'id: 1\ndata: {"n":1,"x":"a"}\n\nevent: a\ndata: text\n\ndata: last\n\n';
  const actual = 'data:{"x":"a","n":2}\nid:1\n\nevent: b\n\n';
  expect(diffEvents("body", expected, actual)).toEqual([
    { path: "body[0].data.n", expected: 1, actual: 2, change: "changed" },
    { path: "body[1].event", expected: "a", actual: "b", change: "changed" },
    { path: "body[1].data", expected: "text", change: "missing" },
    { path: "body[2]", expected: { data: "last" }, change: "missing" },
  ]);
  expect(diffEvents("body", "", ": hi\n\n")).toEqual([{ path: "body[0]", actual: { comment: "hi" }, change: "added" }]);
  expect(diffEvents("body", ": x\n\n", ": y\n\n")).toEqual([
    { path: "body[0].comment", expected: "x", actual: "y", change: "changed" },
  ]);
});
