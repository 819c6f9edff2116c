/** Runs recorded tests in this process, for the tests of replay/; needs root. */
import { join } from "node:path";
import { runTestSets, type Run } from "../../src/replay/run.ts";
import type { ReplayOptions } from "../../src/replay/run-test-set.ts";
import { protocolsByKind } from "../../src/store/kinds.ts";
import { openTestSet } from "../../src/store/test-set-reader.ts";
import { appOn, everything, type Recorded } from "./recorded.ts";

/** The options of a run of that recording; its app unless another is given. */
export const replayOptions = (
  { port, dependencyPort }: Recorded,
  more: Partial<ReplayOptions> = {},
): ReplayOptions => ({
  ...everything,
  app: appOn(port, dependencyPort),
  passThroughPorts: [],
  passThroughSockets: [],
  testCases: null,
  host: "localhost",
  port: null,
  apiTimeoutMs: 5_000,
  readyWithinMs: 10_000,
  healthUrl: null,
  strict: false,
  time: "recorded",
  noise: { tests: {}, mocks: {} },
  ignoresOrder: false,
  clockOffsetMs: 0,
  lessons: null,
  signal: new AbortController().signal,
  ...more,
});

/** Opens the first test set of a recording. */
export const openRecorded = ({ root }: Recorded) =>
  openTestSet(join(root, "test-set-0"), protocolsByKind([...everything.protocols, everything.fallback]));

/** Plays the recording, and tells what was heard meanwhile. */
export async function replay(
  recorded: Recorded,
  more: Partial<ReplayOptions> = {},
): Promise<Run & { heard: string[] }> {
  const heard: string[] = [];
  const run = await runTestSets([() => openRecorded(recorded)], replayOptions(recorded, more), {
    testSet: (name, tests) => heard.push(`${name}: ${tests}`),
    ready: () => heard.push("ready"),
    test: ({ name, status }, done, of) => heard.push(`${done}/${of} ${name} ${status}`),
  });
  return { ...run, heard };
}
