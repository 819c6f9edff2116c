import { expect } from "bun:test";
import { Folder } from "../support/folder.ts";
import { recordApp } from "../support/recorded.ts";
import { replay } from "../support/replayed.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("a run is the sum of its sets, and says what it heard on the way", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1", "?a=1"]);
  const { result, halt, heard } = await replay(recorded);
  expect(halt).toBeNull();
  expect(heard).toEqual(["test-set-0: 2", "ready", "1/2 get-sum-1 passed", "2/2 get-sum-2 passed"]);
  expect(result).toMatchObject({
    version: 1,
    verdict: "passed",
    totals: { tests: 2, passed: 2, failed: 0, skipped: 0 },
    mocks: { recorded: 2, served: 2, missed: 0, unused: 0 },
  });
});

rootTest("an interrupted run has what it had, and the rest is skipped", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  const { result, halt } = await replay(recorded, { signal: AbortSignal.abort() });
  expect(halt?.kind).toBe("interrupted");
  expect(result.verdict).toBe("error");
});
