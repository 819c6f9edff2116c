import { expect } from "bun:test";
import { existsSync, readdirSync, readFileSync, renameSync, truncateSync, statSync } from "node:fs";
import { join } from "node:path";
import { leftOvers } from "../../src/record/captures.ts";
import { recover } from "../../src/record/recover.ts";
import { Folder } from "../support/folder.ts";
import { everything, recordApp, versions } from "../support/recorded.ts";
import { rootTest } from "../support/root-test.ts";

const testsIn = (root: string): Record<string, string> => {
  const folder = join(root, "test-set-0", "tests");
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
};

/** As if the recorder had died: its journal bears the id of a process that is gone. */
function orphan(capture: string | null): string {
  if (capture === null) throw new Error("the capture was not kept");
  const path = capture.replace(`.${process.pid}.`, `.${Bun.spawnSync(["true"]).pid}.`);
  renameSync(capture, path);
  return path;
}

rootTest("a left-over journal gives the same tests as the recorder itself", async () => {
  using folder = new Folder();
  const root = folder.path;
  const { outcome } = await recordApp(root, ["?a=1", "?a=2"], true);
  const before = testsIn(root);
  orphan(outcome.capture);
  const [leftOver] = leftOvers(root);
  if (!leftOver) throw new Error("no journal is left over");
  expect(await recover(leftOver, { ...everything, root, user: null, versions })).toEqual({
    testSet: "test-set-0",
    tests: 2,
    mocks: 2,
    tornBytes: 0,
  });
  expect(testsIn(root)).toEqual(before);
  expect(existsSync(join(root, ".capture"))).toBe(false);
});

rootTest("a journal that was torn anywhere gives the tests that were whole by then", async () => {
  using folder = new Folder();
  const root = folder.path;
  const { outcome } = await recordApp(root, ["?a=1", "?a=2", "?a=3"], true);
  const path = orphan(outcome.capture);
  truncateSync(path, Math.floor(statSync(path).size / 2));
  const recovered = await recover({ path, testSet: "test-set-0" }, { ...everything, root, user: null, versions });
  expect(recovered.tests).toBeGreaterThan(0);
  expect(recovered.tests).toBeLessThan(3);
  expect(readdirSync(join(root, "test-set-0", "tests"))).toHaveLength(recovered.tests);
});
