import { expect } from "bun:test";
import { learn, type LearnOptions } from "../../src/replay/learn.ts";
import { Folder } from "../support/folder.ts";
import { appOn, recordApp, type Recorded } from "../support/recorded.ts";
import { openRecorded, replayOptions } from "../support/replayed.ts";
import { rootTest } from "../support/root-test.ts";

/** What is learned of a recording when its app does this as well, and how often it was played. */
const learnt = async (recorded: Recorded, extra: string, more: Partial<LearnOptions> = {}) => {
  const { port, dependencyPort } = recorded;
  const heard: string[] = [];
  const options = { ...replayOptions(recorded), app: appOn(port, dependencyPort, extra), ...more };
  const learning = await learn(openRecorded(recorded), options, {
    playing: (number, tests) => heard.push(`${number}: ${tests}`),
    test: () => {},
  });
  return { ...learning, verdict: learning.last?.verdict, heard };
};

rootTest("two playings are enough where nothing varies", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1", "?a=2"]);
  const { tests, mocks, playings, verdict, heard } = await learnt(recorded, "");
  expect([tests.size, mocks.size, playings, verdict, heard]).toEqual([0, 0, 2, "passed", ["1: 2", "2: 2"]]);
});

rootTest("what varies is learned, and the set is green with it", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1", "?a=2"]);
  const random = (dependency: number): string => `if (search === "?a=2") {
    await fetch("http://127.0.0.1:${dependency}/add" + search);
    return Response.json({ said: "?a=2 " + Math.floor(Math.random() * 1e9) });
  }`;
  const { tests, playings, verdict } = await learnt(recorded, random(recorded.dependencyPort));
  expect([...tests]).toEqual([
    ["get-sum-2", [{ path: "body.said", matcher: "like ?a=2 {number}", reason: "text with parts that vary" }]],
  ]);
  expect([playings, verdict]).toEqual([4, "passed"]);
});

rootTest("a field of a request that varies is learned of that mock alone", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1&id=1", "?a=2&id=2"]);
  const random = `if (search === "?a=2&id=2") {
    const response = await fetch("http://127.0.0.1:${recorded.dependencyPort}/add?a=2&id=" + Math.floor(Math.random() * 1e9));
    return Response.json({ said: await response.text() });
  }`;
  const { tests, mocks, verdict } = await learnt(recorded, random);
  expect([[...tests], [...mocks], verdict]).toEqual([
    [],
    [["mock-2", [{ path: "query.id", matcher: "number", reason: "number" }]]],
    "passed",
  ]);
});

rootTest("of a request that differs for good nothing is learned, whatever else in it varies", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1&id=1"]);
  const changed = `if (search === "?a=1&id=1") {
    const response = await fetch("http://127.0.0.1:${recorded.dependencyPort}/add?a=7&id=" + Math.floor(Math.random() * 1e9));
    return Response.json({ said: await response.text() });
  }`;
  const { mocks, verdict } = await learnt(recorded, changed);
  expect([[...mocks], verdict]).toEqual([[], "failed"]);
});

rootTest("what changed for good is not learned, and the set is red", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1", "?a=2"]);
  const { tests, mocks, verdict, last } = await learnt(recorded, 'return Response.json({ said: "x" });');
  expect([tests.size, mocks.size, verdict]).toEqual([0, 0, "failed"]);
  expect(last?.tests[0]?.differences).toEqual([
    { path: "body.said", expected: "?a=1 0", actual: "x", change: "changed" },
  ]);
});

rootTest("an interruption ends it, with what is known by then", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  expect(await learnt(recorded, "", { signal: AbortSignal.abort() })).toMatchObject({ playings: 0, last: null });
});
