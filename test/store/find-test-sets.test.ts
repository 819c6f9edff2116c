import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { UsageError } from "../../src/core/errors.ts";
import { chooseByTests, chooseTestSets, findTestSets } from "../../src/store/find-test-sets.ts";
import { Folder } from "../support/folder.ts";

test("test sets come in numeric order, without what is none", () => {
  using folder = new Folder();
  for (const name of ["test-set-10/tests", "test-set-2/tests", "reports/tests", "empty"]) {
    mkdirSync(folder.at(`reprise/${name}`), { recursive: true });
  }
  expect(findTestSets(folder.path)).toEqual({ root: folder.at("reprise"), testSets: ["test-set-2", "test-set-10"] });
});

test("Keploy's folder serves while there is no test set of ours", () => {
  using folder = new Folder();
  expect(findTestSets(folder.path)).toEqual({ root: folder.at("reprise"), testSets: [] });
  mkdirSync(folder.at("keploy/test-set-0/tests"), { recursive: true });
  expect(findTestSets(folder.path)).toEqual({ root: folder.at("keploy"), testSets: ["test-set-0"] });
  mkdirSync(folder.at("reprise"));
  expect(findTestSets(folder.path).testSets).toEqual(["test-set-0"]);
  mkdirSync(folder.at("reprise/test-set-7/tests"), { recursive: true });
  expect(findTestSets(folder.path)).toEqual({ root: folder.at("reprise"), testSets: ["test-set-7"] });
});

test("a name that does not exist is an error with the nearest", () => {
  const found = { root: "r", testSets: ["test-set-0", "shop"] };
  expect(chooseTestSets(found, null)).toEqual(found.testSets);
  expect(chooseTestSets(found, ["shop"])).toEqual(["shop"]);
  expect(() => chooseTestSets(found, ["shpo"])).toThrow(UsageError);
});

test("named tests choose the sets that hold them; a name that none holds is an error with the nearest", () => {
  using folder = new Folder();
  for (const name of ["one/tests", "two/tests", "three"]) mkdirSync(folder.at(name), { recursive: true });
  for (const name of ["one/tests/get-a-1.yaml", "two/tests/get-b-1.yaml", "two/tests/.x.yaml"]) folder.write(name, "");
  const [root, sets] = [folder.path, ["one", "two", "three"]];
  expect(chooseByTests(root, sets, [])).toEqual(sets);
  expect(chooseByTests(root, sets, ["get-b-1"])).toEqual(["two"]);
  expect(chooseByTests(root, sets, ["get-b-1", "get-a-1"])).toEqual(["one", "two"]);
  expect(() => chooseByTests(root, sets, ["get-a-2"])).toThrow("There is no test get-a-2 in one, two, three.");
});
