import { expect, test } from "bun:test";
import { totalsOf, worstOf } from "../../src/core/run-result.ts";
import { sampleRun } from "../support/sample-run.ts";

test("tests are counted over all sets", () => {
  expect(totalsOf(sampleRun.testSets)).toEqual({ tests: 5, passed: 1, failed: 3, skipped: 1 });
  expect(totalsOf([])).toEqual({ tests: 0, passed: 0, failed: 0, skipped: 0 });
});

test("the worst verdict counts, and nothing is not passed", () => {
  expect(worstOf(["passed", "failed", "passed"])).toBe("failed");
  expect(worstOf(["failed", "error", "passed"])).toBe("error");
  expect(worstOf(["passed"])).toBe("passed");
  expect(worstOf([])).toBe("error");
});
