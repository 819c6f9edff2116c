/**
 * Finds in a test set what its answers hand out and its later requests carry, and writes names in the place of those
 * values. Tests in which nothing is found are not written, and mocks are left as they are.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { findTemplates, type PlainTest, type Template, templated } from "../core/find-templates.ts";
import { EMPTY_CONFIG, readConfig, writeConfig } from "./config.ts";
import { partOf, withRewrittenParts, withTemplate } from "./edit-templates.ts";
import { readTest } from "./envelope.ts";
import { byNumber, testSetPaths } from "./layout.ts";
import { readYaml, wholeFile } from "./read-yaml.ts";
import { type Owner, writeWhole } from "./write-file.ts";

/** What was found, and how many files were written. */
export interface Templatized {
  readonly templates: readonly Template[];
  readonly tests: number;
}

interface TestFile extends PlainTest {
  readonly file: string;
  readonly text: string;
  readonly startedAt: number;
}

export function templatizeTestSet(dir: string, owner: Owner): Templatized {
  const paths = testSetPaths(dir);
  const names = existsSync(paths.tests) ? readdirSync(paths.tests).filter((name) => /^[^.].*\.ya?ml$/.test(name)) : [];
  const tests = names.map((name) => testFile(join(paths.tests, name)));
  tests.sort((a, b) => a.startedAt - b.startedAt || byNumber(a.name, b.name));
  const config = existsSync(paths.config) ? readFileSync(paths.config, "utf8") : writeConfig(EMPTY_CONFIG);
  const held = readConfig(readYaml(config, wholeFile(paths.config)), paths.config).template ?? {};
  const templates = findTemplates(tests, new Set(Object.keys(held)));
  if (templates.length === 0) return { templates, tests: 0 };
  const order = new Map(tests.map(({ name }, at) => [name, at]));
  const written = tests.filter(({ name, file, text }) => {
    const after = withRewrittenParts(text, (each, part) => templated(each, templates, { name, order }, part));
    if (after !== text) writeWhole(file, after, owner);
    return after !== text;
  });
  const values = Object.fromEntries(templates.map(({ name, value }) => [name, value]));
  writeWhole(paths.config, withTemplate(config, values), owner);
  return { templates, tests: written.length };
}

function testFile(file: string): TestFile {
  const text = readFileSync(file, "utf8");
  const data = readYaml(text, wholeFile(file));
  const { startedAt } = readTest(data, file);
  const name = basename(file).replace(/\.ya?ml$/, "");
  return { name, file, text, startedAt, request: partOf(data, "request"), response: partOf(data, "response") };
}
