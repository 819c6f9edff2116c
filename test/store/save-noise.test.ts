import { expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { saveNoise } from "../../src/store/save-noise.ts";
import { Folder } from "../support/folder.ts";

const document = (name: string): string =>
  `---\nversion: reprise/v1\nkind: Toy\nname: ${name}\nspec:\n  asked: é\ntook: 1\n`;
const noise = { rules: { "body.id": ["uuid"] }, notes: {} };

test("only what was learned of is written, and what stands between the documents stays", () => {
  using folder = new Folder();
  const [mocks, test1, test2] = [folder.at("mocks.yaml"), folder.at("a.yaml"), folder.at("b.yaml")];
  writeFileSync(mocks, `# mine é\n${document("mock-1")}# between\n${document("mock-10")}`);
  for (const file of [test1, test2]) writeFileSync(file, "kind: Http\nspec:\n  assertions:\n    noise: []\n");
  const before = statSync(test2).ino;
  const tests = [{ name: "a", file: test1 }, { name: "b", file: test2 }]; // prettier-ignore
  saveNoise(
    { dir: folder.path, tests },
    { tests: new Map([["a", noise]]), mocks: new Map([["mock-10", noise]]) },
    null,
  );
  expect(readFileSync(mocks, "utf8")).toBe(
    `# mine é\n${document("mock-1")}# between\n${document("mock-10").replace("spec:", "noise:\n  body.id: [uuid]\nspec:")}`,
  );
  expect(readFileSync(test1, "utf8")).toBe("kind: Http\nspec:\n  assertions:\n    noise:\n      body.id: [uuid]\n");
  expect(statSync(test2).ino).toBe(before);
});
