import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { templatizeTestSet } from "../../src/store/templatize-test-set.ts";
import { Folder } from "../support/folder.ts";

const recorded = (url: string, answer: string, second: number): string =>
  `version: reprise/v1\nkind: Http\nspec:\n  req:\n    method: GET\n    url: ${url}\n  resp:\n    body: '${answer}'\nat: "2026-11-21T14:00:0${second}Z"\n`;

test("names stand in the tests, their values in the set's config", () => {
  using folder = new Folder();
  mkdirSync(folder.at("tests"));
  writeFileSync(folder.at("config.yaml"), "version: reprise/v1\nkind: TestSet\n");
  // By name the other way round: the instants decide.
  writeFileSync(folder.at("tests/b.yaml"), recorded("http://a/login", '{"token":"a1b2c3"}', 1));
  writeFileSync(folder.at("tests/a.yaml"), recorded("http://a/me/a1b2c3", "{}", 2));
  writeFileSync(folder.at("tests/c.yaml"), recorded("http://a/health", "{}", 3));
  const { templates, tests } = templatizeTestSet(folder.path, null);
  expect([templates, tests]).toEqual([[{ name: "token", value: "a1b2c3", type: "string", from: "b", to: ["a"] }], 2]);
  expect(readFileSync(folder.at("tests/a.yaml"), "utf8")).toContain('url: "http://a/me/{{string .token}}"\n');
  expect(readFileSync(folder.at("tests/b.yaml"), "utf8")).toContain(String.raw`"{\"token\":\"{{string .token}}\"}"`);
  expect(readFileSync(folder.at("config.yaml"), "utf8")).toEndWith("template:\n  token: a1b2c3\n");
  expect(templatizeTestSet(folder.path, null)).toEqual({ templates: [], tests: 0 });
});
