import { expect, test } from "bun:test";
import { NOTHING_LEARNED } from "../../src/store/config.ts";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startDecoder } from "../../src/cli/start-decoder.ts";
import { EnvironmentError, FormatError } from "../../src/core/errors.ts";
import { DecodeThread } from "../../src/record/decode-thread.ts";
import { claimTestSet } from "../../src/store/test-set-writer.ts";
import { startBroken } from "../support/broken-registries.ts";
import { Folder } from "../support/folder.ts";
import { recordApp, startRecordingApp } from "../support/recorded.ts";
import { rootTest } from "../support/root-test.ts";

const config = {
  command: "./app",
  startedAt: 0,
  endedAt: 1,
  reprise: "0.0.0",
  kernel: "0",
  listens: [],
  learned: NOTHING_LEARNED,
  unread: [],
};
const quiet = { recorded: () => {}, progress: () => {} };

/** Decodes that journal into a test set of its own; what it fails with, if it does. */
async function failureOf(start: () => Worker, root: string, journal: string): Promise<unknown> {
  const job = { journal, root, testSet: claimTestSet(root, null, null), owner: null, leftOut: [], isLive: false };
  using thread = new DecodeThread(start, job, quiet);
  try {
    await thread.decoded;
    return null;
  } catch (error) {
    return error;
  }
}

rootTest("a whole journal becomes a test set, and its tests are told", async () => {
  using folder = new Folder();
  const { outcome } = await recordApp(folder.path, ["?a=1", "?a=2"], true);
  const testSet = claimTestSet(folder.path, "again", null);
  const job = {
    journal: outcome.capture ?? "",
    root: folder.path,
    testSet,
    owner: null,
    leftOut: [],
    isLive: false,
  };
  const told: string[] = [];
  using thread = new DecodeThread(startDecoder, job, {
    ...quiet,
    recorded: (tests) => told.push(...tests.map(({ name, summary }) => `${name} ${summary}`)),
  });
  expect(await thread.decoded).toEqual({ tests: 2, mocks: 2, unread: [], tornBytes: 0 });
  expect(told).toEqual(["get-sum-1 GET /sum?a=1 -> 200", "get-sum-2 GET /sum?a=2 -> 200"]);
  await thread.save(config);
  expect(existsSync(join(folder.path, "again/config.yaml"))).toBe(true);
});

test("what the thread refuses keeps its class, and says where the capture is", async () => {
  using folder = new Folder();
  const journal = folder.write("x.journal", "no capture at all");
  const error = await failureOf(startDecoder, folder.path, journal);
  expect(error).toBeInstanceOf(FormatError);
  expect(error).toMatchObject({ code: "format.bytes", where: journal });
  expect(error).toMatchObject({ hint: `The capture is kept at ${journal}; the next start decodes it again.` });
});

test("a thread that throws or leaves is an error, not a wait without end", async () => {
  using folder = new Folder();
  for (const [kind, says] of [
    ["throws", "a bug in a thread"],
    ["leaves", "the thread ended before its work was done"],
  ] as const) {
    const error = await failureOf(startBroken(kind), folder.path, "/no/journal");
    expect(String(error)).toStartWith("Error: Decoding failed: ");
    expect(String(error)).toContain(says);
    expect(String(error)).toEndWith("The capture is kept at /no/journal; the next start decodes it again.");
  }
});

rootTest("a bug in decoding leaves the app alone till its end, and the capture for the next start", async () => {
  using folder = new Folder();
  const recording = await startRecordingApp(folder.path, { startDecoder: startBroken("refuses") });
  for (const search of ["?a=1", "?a=2", "?a=3"]) expect((await recording.ask(search)).status).toBe(200);
  const error = await recording.end().catch((thrown: unknown) => thrown);
  expect(String(error)).toStartWith("Error: Decoding failed: a bug in a title. The capture is kept at ");
  const capture = /kept at (\S+);/.exec(String(error))?.[1] ?? "";
  expect(existsSync(capture)).toBe(true);
  expect(await failureOf(startDecoder, folder.path, capture)).toBeNull();
});

rootTest("a disk that takes no tests is a sentence of the machine", async () => {
  using folder = new Folder();
  const { outcome } = await recordApp(folder.path, ["?a=1"], true);
  const root = folder.path;
  const journal = join(root, "kept.journal");
  renameSync(outcome.capture ?? "", journal);
  const testSet = claimTestSet(root, "again", null);
  rmSync(join(root, testSet), { recursive: true });
  folder.write(testSet, "a file where the folder was");
  using thread = new DecodeThread(
    startDecoder,
    { journal, root, testSet, owner: null, leftOut: [], isLive: false },
    quiet,
  );
  const error = await thread.decoded.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EnvironmentError);
  expect(error).toMatchObject({ code: "environment.file" });
});
