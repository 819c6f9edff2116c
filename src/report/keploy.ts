/**
 * `<test-set>-report.yaml`, with the fields that scripts written for Keploy's reports look at.
 *
 * Requests and responses are not repeated here; they stand in the test's own file, which is named.
 */
import { type Difference } from "../core/diff.ts";
import { type RunResult, type TestResult, type TestSetResult } from "../core/run-result.ts";
import { writeYaml } from "../lib/text/yaml-writer.ts";
import { between, printDuration, printValue } from "./printed.ts";

const unix = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

const plainText = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined ? "" : printValue(value);

const compared = ({ expected, actual }: Difference) => ({
  normal: false,
  expected: plainText(expected),
  actual: plainText(actual),
});

const named = (difference: Difference, prefix: string) => {
  const key = difference.path.slice(prefix.length);
  const side = (value: unknown) => ({ key, value: value === undefined ? [] : [plainText(value)] });
  return { normal: false, expected: side(difference.expected), actual: side(difference.actual) };
};

const resultOf = (test: TestResult) => {
  const status = test.differences.find((difference) => difference.path === "status");
  const starting = (prefix: string) => test.differences.filter((difference) => difference.path.startsWith(prefix));
  return {
    status_code: status === undefined ? { normal: true } : compared(status),
    headers_result: starting("header.").map((difference) => named(difference, "header.")),
    body_result: starting("body").map((difference) => ({ ...compared(difference), path: difference.path })),
  };
};

const failureOf = (test: TestResult) => ({
  unmatched_calls: test.missed.map(({ protocol, asked, nearest }) => ({
    protocol,
    actual_summary: asked,
    closest_mock: nearest?.mock ?? "",
    diff: (nearest?.differs ?? []).join("\n"),
  })),
  assessment: test.reason ?? "",
});

const testOf = (testSet: TestSetResult, test: TestResult) => ({
  kind: test.protocol,
  name: testSet.name,
  status: test.status === "skipped" ? "IGNORED" : test.status.toUpperCase(),
  started: unix(test.startedAt),
  completed: unix(test.startedAt) + Math.ceil(test.durationMs / 1000),
  test_case_path: `${testSet.name}/tests/${test.name}.yaml`,
  mock_path: `${testSet.name}/mocks.yaml`,
  test_case_id: test.name,
  result: resultOf(test),
  time_taken: printDuration(test.durationMs),
  ...(test.status === "failed" ? { failure_info: failureOf(test) } : {}),
});

const STATUS = { passed: "PASSED", failed: "FAILED", error: "APP_HALTED" } as const;

/** The file of one test set of a run. */
export const printKeployReport = (run: RunResult, testSet: TestSetResult): string => {
  const count = (status: string): number => testSet.tests.filter((test) => test.status === status).length;
  return writeYaml({
    version: "reprise/v1",
    name: `${testSet.name}-report`,
    status: STATUS[testSet.verdict],
    ...(testSet.reason === null ? {} : { failure_reason: testSet.reason }),
    success: count("passed"),
    failure: count("failed"),
    ignored: count("skipped"),
    total: testSet.tests.length,
    tests: testSet.tests.map((test) => testOf(testSet, test)),
    test_set: testSet.name,
    created_at: unix(testSet.startedAt),
    time_taken: printDuration(between(testSet.startedAt, testSet.endedAt)),
    cmdUsed: run.command,
  });
};
