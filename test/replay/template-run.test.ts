import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { diffJson } from "../../src/core/json-diff.ts";
import { parseJson } from "../../src/core/json.ts";
import type { Driver } from "../../src/core/protocol.ts";
import { renderTemplates } from "../../src/core/template.ts";
import { TemplateRun } from "../../src/replay/template-run.ts";
import type { TemplateValues, TestEntry } from "../../src/store/test-set-reader.ts";

const driver = {
  compare: (one: string, other: string) => diffJson("body", parseJson(one) ?? null, parseJson(other) ?? null),
} as unknown as Driver;

const recorded: Readonly<Record<string, string>> = { id: "7", token: "abc" };

/** A test whose answer is that text. */
const entryOf = (answer: string): TestEntry =>
  ({
    load: (values: TemplateValues = () => undefined) => ({
      spec: renderTemplates(answer, (name, type) => values(name, type) ?? recorded[name]),
    }),
  }) as unknown as TestEntry;

const answered = (run: TemplateRun, entry: TestEntry, actual: string): readonly Difference[] => {
  const { spec } = entry.load(run.valueOf);
  return run.answered(driver, entry, spec, driver.compare(spec, actual));
};

const made = '{"id":{{int .id}},"token":"tok-{{string .token}}","n":1}';

test("the first answer that has a name says its value; what is beside it still counts", () => {
  const run = new TemplateRun(recorded);
  const left = answered(run, entryOf(made), '{"id":9,"token":"tok-xyz","n":2}');
  expect(left).toEqual([{ path: "body.n", expected: 1, actual: 2, change: "changed" }]);
  expect([run.valueOf("id", "int"), run.valueOf("token", "string")]).toEqual(["9", "xyz"]);
});

test("later answers are held to it", () => {
  const run = new TemplateRun(recorded);
  answered(run, entryOf(made), '{"id":9,"token":"tok-xyz","n":1}');
  const read = entryOf('{"id":{{int .id}}}');
  expect(answered(run, read, '{"id":9}')).toEqual([]);
  expect(answered(run, read, '{"id":7}')).toEqual([{ path: "body.id", expected: 9, actual: 7, change: "changed" }]);
});

test("a value of another kind, or in other words, is a difference", () => {
  const run = new TemplateRun(recorded);
  const left = answered(run, entryOf(made), '{"id":"9","token":"abc","n":1}');
  expect(left.map(({ path, change }) => `${path} ${change}`)).toEqual(["body.id retyped", "body.token changed"]);
});
