import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { EnvironmentError } from "../../src/core/errors.ts";
import { AppendFile } from "../../src/store/append-file.ts";
import { Folder } from "../support/folder.ts";

test("additions wait for a write and stand in order", () => {
  using folder = new Folder();
  const file = new AppendFile(folder.at("m.yaml"), "# head\n", null);
  file.add("---\na: 1\n");
  expect([file.waiting, readFileSync(folder.at("m.yaml"), "utf8")]).toEqual([16, ""]);
  file.write();
  file.add("---\nb: é\n");
  file.close();
  expect([file.waiting, readFileSync(folder.at("m.yaml"), "utf8")]).toEqual([0, "# head\n---\na: 1\n---\nb: é\n"]);
});

test("an existing file is never written over", () => {
  using folder = new Folder();
  const file = folder.write("m.yaml", "mine");
  expect(() => new AppendFile(file, "", null)).toThrow(EnvironmentError);
  expect(readFileSync(file, "utf8")).toBe("mine");
});
