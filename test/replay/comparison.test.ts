import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { digestKey, type MockEntry } from "../../src/core/mock-entry.ts";
import type { TestCase } from "../../src/core/test-case.ts";
import { Comparison, type ComparisonOptions } from "../../src/replay/comparison.ts";
import { EMPTY_CONFIG } from "../../src/store/config.ts";
import type { Driver } from "../../src/core/protocol.ts";
import type { TestEntry, TestSet } from "../../src/store/test-set-reader.ts";
import { everything } from "../support/recorded.ts";

const secrets = { explains: () => false, surroundings: () => [], secrets: () => [] } as unknown as TestSet["secrets"];
const config = { ...EMPTY_CONFIG, noise: { tests: { "body.b": [] }, mocks: { http1: { "query.b": [] } } } };
const testSet: TestSet = { name: "s", dir: "", config, tests: [], mocks: [], mappings: [], warnings: [], secrets };

const options: ComparisonOptions = {
  protocols: everything.protocols,
  fallback: everything.fallback,
  noise: { tests: { "body.a": [] }, mocks: { http1: { "query.a": [] } } },
  ignoresOrder: false,
  lessons: null,
};

const testCase = {
  name: "get-a-1",
  protocol: "http1",
  noise: { "body.c": ["uuid"] },
  startedAt: 0,
} as unknown as TestCase;
const mock: MockEntry = {
  name: "mock-1",
  order: 0,
  protocol: "http1",
  key: digestKey({ text: "", shape: "" }),
  destination: null,
  reuse: "once",
  startedAt: 0,
  endedAt: 0,
  noise: { "query.c": ["number"] },
  load: () => null,
};

const changed = (path: string, actual: unknown = "x"): Difference => ({
  path,
  expected: "y",
  actual,
  change: "changed",
});
const entry: TestEntry = { ...testCase, file: "", load: () => testCase };
const answer = (comparison: Comparison, all: readonly Difference[]) =>
  comparison.answer({ compare: () => all } as unknown as Driver, entry, testCase, null);
const paths = (differences: readonly Difference[]): string[] => differences.map(({ path }) => path);

test("the rules of the project, the set and the test hold together", () => {
  const comparison = new Comparison(testSet, options);
  const all = ["a", "b", "c", "d"].map((name) => changed(`body.${name}`));
  const { differences, noise } = answer(comparison, all);
  expect([paths(differences), noise]).toEqual([
    ["body.c", "body.d"],
    ["body.a", "body.b"],
  ]);
});

test("and those of the project, the set and the mock", () => {
  const { counts } = new Comparison(testSet, options).matching;
  const all = ["a", "b", "c", "d"].map((name) => changed(`query.${name}`));
  expect(paths(counts(mock, all))).toEqual(["query.c", "query.d"]);
  expect(paths(counts(mock, [changed("query.c", "7")]))).toEqual([]);
});

test("whoever learns sees what the files leave, and what was learned holds on top", () => {
  const seen: unknown[] = [];
  const comparison = new Comparison(testSet, {
    ...options,
    lessons: {
      learned: { tests: { "get-a-1": { "body.d": [] } }, mocks: { "mock-1": { "query.d": [] } } },
      compared: ({ name }, differences) => seen.push(name, differences === null ? null : paths(differences)),
      asked: ({ name }, differences) => seen.push(name, paths(differences)),
    },
  });
  expect(answer(comparison, [changed("body.a"), changed("body.d")]).differences).toEqual([]);
  comparison.matching.varied?.(mock, [changed("query.a"), changed("query.d")]);
  comparison.noAnswer(testCase);
  expect(comparison.matching.counts(mock, [changed("query.d")])).toEqual([]);
  expect(seen).toEqual(["get-a-1", ["body.d"], "mock-1", ["query.d"], "get-a-1", null]);
});
