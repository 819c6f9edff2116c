import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { UsageError } from "../../src/core/errors.ts";
import { chooseTestSets, findTestSets } from "../../src/store/find-test-sets.ts";
import { Folder } from "../support/folder.ts";

test("test sets come in numeric order, without what is none", () => {
  using folder = new Folder();
  for (const name of ["test-set-10/tests", "test-set-2/tests", "reports/tests", "empty"]) {
    mkdirSync(folder.at(`reprise/${name}`), { recursive: true });
  }
  expect(findTestSets(folder.path)).toEqual({ root: folder.at("reprise"), testSets: ["test-set-2", "test-set-10"] });
});

test("Keploy's folder serves where there is none of ours", () => {
  using folder = new Folder();
  expect(findTestSets(folder.path)).toEqual({ root: folder.at("reprise"), testSets: [] });
  mkdirSync(folder.at("keploy/test-set-0/tests"), { recursive: true });
  expect(findTestSets(folder.path)).toEqual({ root: folder.at("keploy"), testSets: ["test-set-0"] });
  mkdirSync(folder.at("reprise"));
  expect(findTestSets(folder.path).testSets).toEqual([]);
});

test("a name that does not exist is an error with the nearest", () => {
  const found = { root: "r", testSets: ["test-set-0", "shop"] };
  expect(chooseTestSets(found, null)).toEqual(found.testSets);
  expect(chooseTestSets(found, ["shop"])).toEqual(["shop"]);
  expect(() => chooseTestSets(found, ["shpo"])).toThrow(UsageError);
});
