import { expect } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { record } from "../../src/record/record.ts";
import { Folder } from "../support/folder.ts";
import { everything, recordApp, versions } from "../support/recorded.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("an app that answers and calls becomes tests and mocks, and the capture is gone", async () => {
  using folder = new Folder();
  const { outcome, listened, port, names } = await recordApp(folder.path, ["?a=1", "?a=1", "?a=2"]);
  expect(listened).toEqual([port]);
  expect(names).toEqual(["get-sum-1", "get-sum-2", "get-sum-3"]);
  expect(outcome).toEqual({
    testSet: "test-set-0",
    dir: join(folder.path, "test-set-0"),
    tests: 3,
    mocks: 3,
    unread: [],
    drops: outcome.drops,
    redacted: {},
    exit: null,
    capture: null,
  });
  expect(Object.values(outcome.drops).every((count) => count === 0)).toBe(true);
  expect(existsSync(join(folder.path, ".capture"))).toBe(false);
});

rootTest("an app that ends by itself ends the recording, and nothing is left of an empty one", async () => {
  using folder = new Folder();
  const app = { command: "exit 3", cwd: "/", env: {}, user: null, stdout: "stderr" as const, files: [] };
  const outcome = await record(
    {
      ...everything,
      proxied: "unknown",
      app,
      root: folder.path,
      passThroughPorts: [],
      passThroughSockets: [],
      knownSockets: [],
      stop: new AbortController().signal,
      isInterruptedByTerminal: () => false,
      keepCapture: false,
      versions,
    },
    { started: () => {}, listening: () => {}, recorded: () => {}, decoding: () => {} },
  );
  expect(outcome).toMatchObject({ testSet: null, tests: 0, mocks: 0, exit: { code: 3, signal: null } });
  expect(existsSync(join(folder.path, "test-set-0"))).toBe(false);
});
