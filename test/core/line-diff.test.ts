import { expect, test } from "bun:test";
import { enclosingOf } from "../../src/core/enclosing.ts";
import { diffLines } from "../../src/core/line-diff.ts";

test("one difference a line, which knows the whole text", () => {
  const found = diffLines("body", "a\nb\nc\n", "a\nx\ny\n") ?? [];
  expect(found).toEqual([
    { path: "body.line[2]", expected: "b", actual: "x", change: "changed" },
    { path: "body.line[3]", expected: "c", actual: "y", change: "changed" },
  ]);
  expect(found.map((each) => enclosingOf(each)?.actual)).toEqual(["a\nx\ny\n", "a\nx\ny\n"]);
});

test("one line, and other numbers of lines, are not taken apart", () => {
  expect([diffLines("body", "a\n", "b\n"), diffLines("body", "a", "b"), diffLines("body", "a\nb", "a\nb\nc")]).toEqual([
    null,
    null,
    null,
  ]);
});
