import { expect, test } from "bun:test";
import { parse } from "yaml";
import { printKeployReport } from "../../src/report/keploy.ts";
import { sampleRun } from "../support/sample-run.ts";

test("a set's report has the members that Keploy's readers know", () => {
  const [testSet] = sampleRun.testSets;
  if (testSet === undefined) throw new Error("the sample has no test set");
  const report = parse(printKeployReport(sampleRun, testSet)) as { tests: unknown[] };
  const { tests, ...head } = report;
  expect(head).toEqual({
    version: "reprise/v1",
    name: "test-set-0-report",
    status: "FAILED",
    success: 1,
    failure: 3,
    ignored: 1,
    total: 5,
    test_set: "test-set-0",
    created_at: 1767323045,
    time_taken: "1.5 s",
    cmdUsed: './shop --name "a & b"',
  } as unknown as typeof head);
  expect(tests[1]).toMatchObject({
    status: "FAILED",
    test_case_id: "get-users-by-id-1",
    test_case_path: "test-set-0/tests/get-users-by-id-1.yaml",
    result: {
      status_code: { normal: true },
      headers_result: [],
      body_result: [{ path: "body.name", expected: "Ann", actual: "Bob" }, {}, {}, {}],
    },
  });
  expect(tests[2]).toMatchObject({
    failure_info: {
      unmatched_calls: [{ protocol: "postgres", closest_mock: "mock-3", diff: "parameters[0]: 7 -> 8" }, {}, {}],
    },
  });
});
