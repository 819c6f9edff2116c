import { expect } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Folder } from "../support/folder.ts";
import { appOn, recordApp } from "../support/recorded.ts";
import { replay } from "../support/replayed.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("an app that asks for something else fails with the miss and the nearest mock", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  const app = appOn(recorded.port, recorded.dependencyPort);
  const changed = { ...app, command: app.command.replace("/add", "/subtract") };
  const { result, halt } = await replay(recorded, { app: changed });
  expect(halt).toBeNull();
  expect(result.verdict).toBe("failed");
  const [test] = result.testSets[0]?.tests ?? [];
  expect(test?.missed).toMatchObject([
    { protocol: "http1", nearest: { mock: "mock-1", differs: ["path: /add -> /subtract"] } },
  ]);
  expect(test?.unused).toEqual(["mock-1"]);
  const { dependencyPort: port } = recorded;
  expect(result.testSets[0]?.asked).toEqual({ "mock-1": `GET 127.0.0.1:${port}/add?a=1` });
});

rootTest("a call that was guessed to be another test's was made all the same", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1", "?a=2"]);
  const mappings = join(recorded.root, "test-set-0/mappings.yaml");
  const guessed = "  - test: get-sum-1\n    exact: [mock-1]\n    overlap: [mock-2]\n";
  writeFileSync(mappings, `version: reprise/v1\nkind: Mappings\ntests:\n${guessed}`);
  const { result } = await replay(recorded);
  const tests = result.testSets[0]?.tests.map(({ name, served, unused }) => ({ name, served, unused }));
  expect(tests).toEqual([
    { name: "get-sum-1", served: ["mock-1"], unused: [] },
    { name: "get-sum-2", served: ["mock-2"], unused: [] },
  ]);
});

rootTest("an app that no longer asks at all proves nothing", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  const app = appOn(recorded.port, recorded.dependencyPort, `if (search) return Response.json({ said: "?a=1 0" });`);
  const { result } = await replay(recorded, { app });
  const [test] = result.testSets[0]?.tests ?? [];
  expect(test?.status).toBe("failed");
  expect(test?.reason).toContain("proves nothing");
});

rootTest("an app that dies under test ends the run", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1", "?a=2"]);
  const app = appOn(recorded.port, recorded.dependencyPort, "process.exit(7);");
  const { result, halt } = await replay(recorded, { app });
  expect(halt).toEqual({ kind: "app", sentence: "The app ended while it was tested (exit code 7)." });
  expect(result.testSets[0]?.tests.map(({ status }) => status)).toEqual(["failed", "skipped"]);
});

rootTest("only the chosen tests run", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1", "?a=2"]);
  const { heard } = await replay(recorded, { testCases: ["get-sum-2"] });
  expect(heard).toEqual(["test-set-0: 1", "ready", "1/1 get-sum-2 passed"]);
});

rootTest("Ctrl-C does not wait for an answer", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1", "?a=2"]);
  const hanging = `if (search === "?a=2") { require("fs").writeFileSync("${folder.at("asked")}", ""); await new Promise(() => {}); }`;
  const controller = new AbortController();
  const running = replay(recorded, {
    app: appOn(recorded.port, recorded.dependencyPort, hanging),
    signal: controller.signal,
  });
  await folder.appears("asked");
  controller.abort();
  const { result, halt } = await running;
  expect([halt?.kind, result.verdict]).toEqual(["interrupted", "error"]);
  expect(result.testSets[0]?.tests.map(({ status }) => status)).toEqual(["passed", "skipped"]);
});

rootTest("a call that nobody recorded is seen after the last answer too", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  const late = `setTimeout(() => fetch("http://127.0.0.1:${recorded.dependencyPort}/late").catch(() => {}), 10);`;
  const { result } = await replay(recorded, { app: appOn(recorded.port, recorded.dependencyPort, late) });
  expect(result.verdict).toBe("failed");
  expect(result.testSets[0]?.missed).toMatchObject([{ asked: `GET 127.0.0.1:${recorded.dependencyPort}/late` }]);
});

rootTest("a connection that cannot be answered is a miss", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  const secret = `await fetch("https://127.0.0.1:${recorded.dependencyPort}/secret").catch(() => {});`;
  const { result } = await replay(recorded, { app: appOn(recorded.port, recorded.dependencyPort, secret) });
  const [test] = result.testSets[0]?.tests ?? [];
  expect(test?.status).toBe("failed");
  expect(test?.missed).toEqual([
    { protocol: "unknown", asked: `a connection to 127.0.0.1:${recorded.dependencyPort}: TLS`, nearest: null },
  ]);
});

rootTest("a test whose mocks were deleted is no proof without them", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  writeFileSync(join(recorded.outcome.dir, "mocks.yaml"), "");
  const app = appOn(recorded.port, recorded.dependencyPort, `if (search) return Response.json({ said: "?a=1 0" });`);
  const { result } = await replay(recorded, { app });
  expect(result.testSets[0]?.tests.map(({ reason }) => reason)).toEqual([expect.stringContaining("proves nothing")]);
});

rootTest("what the recording could not read is said with every run, and fails nothing", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  const place = `127.0.0.1:${recorded.dependencyPort}`;
  const file = join(recorded.outcome.dir, "config.yaml");
  const config = readFileSync(file, "utf8").replace(/^unread:.*\n/m, "");
  writeFileSync(file, `${config}\nunread:\n  - peer: "${place}"\n    reason: TLS\n    connections: 2\n`);
  const secret = `await fetch("https://${place}/secret").catch(() => {});`;
  const { result } = await replay(recorded, { app: appOn(recorded.port, recorded.dependencyPort, secret) });
  expect(result.testSets[0]).toMatchObject({
    verdict: "passed",
    notes: [`The recording lacks 2 connections to ${place}: TLS.`, `A connection to ${place} was not answered: TLS.`],
  });
});

rootTest("a test that cannot be played is no pass", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.path, ["?a=1"]);
  const { result } = await replay(recorded, { drivers: [] });
  expect(result.testSets[0]?.tests.map(({ status }) => status)).toEqual(["skipped"]);
  expect(result.verdict).toBe("failed");
});
