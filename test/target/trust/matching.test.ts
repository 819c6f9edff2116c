import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { matching } from "../../../src/target/trust/matching.ts";
import { Folder } from "../../support/folder.ts";

test("a star stands for a part of one name, and what is not there is left out", () => {
  using folder = new Folder();
  for (const name of [
    "lib/python3.9/site-packages",
    "lib/python3.11/site-packages",
    "lib/perl/site-packages",
    "lib/a+b",
  ]) {
    mkdirSync(folder.at(name), { recursive: true });
  }
  expect(matching(folder.at("lib/python*/site-packages"))).toEqual([
    folder.at("lib/python3.11/site-packages"),
    folder.at("lib/python3.9/site-packages"),
  ]);
  expect(matching(folder.at("*/a+*"))).toEqual([folder.at("lib/a+b")]);
  expect(matching(folder.at("none/*"))).toEqual([]);
  expect(matching("/et*").includes("/etc")).toBe(true);
});
