import { expect, test } from "bun:test";
import { lineOf, readDocuments, readSpan } from "../../src/store/documents.ts";
import { Folder } from "../support/folder.ts";

const STREAM =
  "# a comment\n---\na: 1\n---\nb: |\n  x\n  ---\n  y\n----\nc: é\n--- \nd: 2\r\n---\r\ne: 3\n---\n# nothing\n---";

test("documents are found by their marks, however the file is cut into reads", () => {
  using folder = new Folder();
  const file = folder.write("s.yaml", STREAM);
  for (const chunk of [1, 2, 3, 5, 7, 1000]) {
    const documents = [...readDocuments(file, chunk)];
    expect(documents.map(({ text }) => text)).toEqual([
      "---\na: 1\n",
      "---\nb: |\n  x\n  ---\n  y\n----\nc: é\n",
      "--- \nd: 2\r\n",
      "---\r\ne: 3\n",
    ]);
    expect(documents.map((span) => readSpan(file, span))).toEqual(documents.map(({ text }) => text));
    expect(documents.map(({ offset }) => lineOf(file, offset))).toEqual([2, 4, 11, 13]);
  }
});

test("only what ends the file is last", () => {
  using folder = new Folder();
  const last = (text: string): boolean[] => [...readDocuments(folder.write("s.yaml", text))].map((each) => each.last);
  expect([last("a: 1"), last("a: 1\n---\nb: 2\n"), last("a: 1\n---\n"), last(""), last("---\n")]).toEqual([
    [true],
    [false, true],
    [false],
    [],
    [],
  ]);
});
