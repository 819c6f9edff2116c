import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { EnvironmentError } from "../../src/core/errors.ts";
import { readText } from "../../src/store/read-text.ts";
import { Folder } from "../support/folder.ts";

test("a file is its text; what is none is named in a sentence", () => {
  using folder = new Folder();
  expect(readText(folder.write("a.yaml", "a: ☃\n"))).toBe("a: ☃\n");
  mkdirSync(folder.at("b.yaml"));
  symlinkSync("c.yaml", folder.at("c.yaml"));
  const said = ["b.yaml", "c.yaml", "d.yaml"].map((name) => {
    try {
      return readText(folder.at(name));
    } catch (error) {
      return error instanceof EnvironmentError ? error.message : "another error";
    }
  });
  expect(said).toEqual([
    `${folder.at("b.yaml")} cannot be read: it is a folder.`,
    `${folder.at("c.yaml")} cannot be read: it is a link that leads nowhere.`,
    `${folder.at("d.yaml")} cannot be read: it is not there.`,
  ]);
});
