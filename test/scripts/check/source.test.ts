import { expect, test } from "bun:test";
import { importsOf, lineAt, nodesOf, textOf, treeOf } from "../../../scripts/check/source.ts";

test("every kind of import is seen, with its line", () => {
  const text =
    'import a from "a";\nimport type { B } from "b";\nexport { c } from "c";\ntype D = import("d").D;\nimport("e");\nrequire("f");';
  expect(importsOf({ path: "x.ts", text })).toEqual(
    ["a", "b", "c", "d", "e", "f"].map((specifier, index) => ({ specifier, line: index + 1 })),
  );
});

test("lines count from 1, and a line's end belongs to it", () => {
  expect([0, 1, 2, 4].map((offset) => lineAt("a\nb\nc", offset))).toEqual([1, 1, 2, 3]);
});

test("literals and templates without holes have a text", () => {
  const { program } = treeOf({ path: "x.ts", text: "f('a', `b`, `c${d}`, 1)" });
  expect([...nodesOf(program)].map(textOf).filter((text) => text !== undefined)).toEqual(["a", "b"]);
});
