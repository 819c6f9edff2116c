import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { DocumentRedactor } from "../../src/core/secrets/document-redactor.ts";
import { Redactor } from "../../src/core/secrets/redactor.ts";
import { testSetPaths } from "../../src/store/layout.ts";
import { rewriteTestSet } from "../../src/store/rewrite-test-set.ts";
import { Folder } from "../support/folder.ts";

const mocks = `# By hand
---
version: reprise/v1
kind: Toy
name: mock-1
spec: { asked: a, answered: b }
---
# the login
version: reprise/v1
kind: Toy
name: mock-2
spec:
  asked: password=abc123x
`;

function optionsOf(redactor: Redactor) {
  const restore = redactor.vault.restore;
  return { redactor: new DocumentRedactor(redactor), restore, owner: null, isSuspect: (text: string) => redactor.isSuspect(text) }; // prettier-ignore
}

test("documents with secrets are written again, the others stay to the byte", () => {
  using folder = new Folder();
  mkdirSync(folder.at("tests"));
  folder.write("mocks.yaml", mocks);
  folder.write("tests/a.yaml", "version: reprise/v1\nkind: Toy\nspec: { asked: x }\n");
  const before = statSync(folder.at("tests/a.yaml")).ino;
  const redactor = new Redactor();
  const paths = testSetPaths(folder.path);
  expect(rewriteTestSet(paths, { ...optionsOf(redactor), isTrial: true })).toEqual({ tests: 0, mocks: 1 });
  expect(readFileSync(folder.at("mocks.yaml"), "utf8")).toBe(mocks);
  expect(rewriteTestSet(paths, optionsOf(redactor))).toEqual({ tests: 0, mocks: 1 });
  expect(readFileSync(folder.at("mocks.yaml"), "utf8")).toBe(mocks.replace("abc123x", "{{secret.password-1}}"));
  expect(statSync(folder.at("tests/a.yaml")).ino).toBe(before);
});

test("a recording without mocks or tests is none that could not be rewritten", () => {
  using folder = new Folder();
  expect(rewriteTestSet(testSetPaths(folder.path), optionsOf(new Redactor()))).toEqual({ tests: 0, mocks: 0 });
});
