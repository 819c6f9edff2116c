import { expect, test } from "bun:test";
import { covers, names, parsePath } from "../../src/core/noise-path.ts";

test("paths in their parts", () => {
  expect(parsePath('body.items[2]["a.b"].c')).toEqual(["body", "items", 2, "a.b", "c"]);
  expect(parsePath("Header.Set-Cookie[1]")).toEqual(["header", "set-cookie", 1]);
  expect(parsePath("body.items[*].ID")).toEqual(["body", "items", "*", "ID"]);
});

test("a rule covers its place and what is below, and names only its place", () => {
  const said = (rule: string, path: string): boolean[] => [
    covers(parsePath(rule), parsePath(path)),
    names(parsePath(rule), parsePath(path)),
  ];
  expect(said("body.a", "body.a")).toEqual([true, true]);
  expect(said("body.a", "body.a.b")).toEqual([true, false]);
  expect(said("body.a.b", "body.a[3].b")).toEqual([true, true]);
  expect(said("body.a[*]", "body.a[3]")).toEqual([true, true]);
  expect(said("body.a", "body.ab")).toEqual([false, false]);
  expect(said("", "body")).toEqual([false, false]);
});
