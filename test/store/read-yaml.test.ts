import { expect, test } from "bun:test";
import { FormatError } from "../../src/core/errors.ts";
import { locate, readYaml, wholeFile } from "../../src/store/read-yaml.ts";

const thrown = (act: () => unknown): FormatError => {
  try {
    act();
  } catch (error) {
    if (error instanceof FormatError) return error;
  }
  throw new Error("nothing was thrown");
};

test("bytes with a tag come as bytes", () => {
  const read = readYaml("a: !!binary aGVsbG8=\n", wholeFile("x")) as { a: Uint8Array };
  expect(new TextDecoder().decode(read.a)).toBe("hello");
});

test("what is broken is named with file and line", () => {
  const error = thrown(() => readYaml("a: 1\nb: 2\nc: [1, 2\nd: 3\n", { file: "mocks.yaml", line: () => 10 }));
  expect(error.where).toMatch(/^mocks\.yaml:1[23]$/);
  expect(error.message).toStartWith(`${error.where} is not valid YAML: `);
});

test("an error about a path gets the line of that path, or of what is nearest above", () => {
  const text = "kind: Http\nspec:\n  req:\n    method: GET\n  rows:\n    - [1]\n    - [2]\n";
  const at = (where: string): string =>
    locate(new FormatError("format.yaml", "no", where), text, wholeFile("t.yaml"), ["spec"]).where;
  expect(["req.method", "rows[1]", "req.absent", "nowhere"].map(at)).toEqual([
    "t.yaml:4",
    "t.yaml:7",
    "t.yaml:4",
    "t.yaml:3",
  ]);
});

test("an alias without its anchor, and one that grows without bound, are named with their line", () => {
  const stray = thrown(() => readYaml("a: &a 1\nb: *a\nc: [*c]\n", wholeFile("t.yaml")));
  expect([stray.where, stray.message.includes("Unresolved alias")]).toEqual(["t.yaml:3", true]);
  const tens = (name: string, of: string): string =>
    `${name}: &${name} [${Array.from({ length: 10 }, () => of).join(", ")}]\n`;
  const bomb = `t: !!str x\n${tens("a", "0")}${tens("b", "*a")}${tens("c", "*b")}${tens("d", "*c")}${tens("e", "*d")}`;
  expect(thrown(() => readYaml(bomb, wholeFile("t.yaml"))).where).toBe("t.yaml:3");
});
