import { expect, test } from "bun:test";
import { run } from "../../../src/cli/commands/test.ts";
import { readRun } from "../../../src/report/write.ts";
import { callIn } from "../../support/call.ts";
import { Folder } from "../../support/folder.ts";
import { appOn, recordApp } from "../../support/recorded.ts";
import { rootTest } from "../../support/root-test.ts";

test("without recordings it says how to make some", async () => {
  using folder = new Folder();
  const { call } = callIn(folder.path, { command: "./shop" });
  const failure = run(call);
  await expect(failure).rejects.toThrow(`There are no recordings in ${folder.at("reprise")}.`);
  await expect(failure).rejects.toMatchObject({ hint: 'Record some: sudo reprise record -c "./shop"' });
});

rootTest("a green run exits 0, a changed app 1, one that ends 4; each is reported", async () => {
  using folder = new Folder();
  const recorded = await recordApp(folder.at("reprise"), ["?a=1", "?a=2"]);
  const { command } = appOn(recorded.port, recorded.dependencyPort);
  const world = { env: { PATH: process.env["PATH"], HOME: "/root" }, cwd: folder.path, version: "0.0.0" };
  const play = async (app: string, json = false) => {
    const { call, stdout } = callIn(folder.path, { command: app, json });
    return { code: await run({ ...call, world }), stdout: stdout() };
  };
  const report = (name: string) => readRun(folder.at(`reprise/reports/${name}`));

  const green = await play(command);
  expect([green.code, green.stdout]).toEqual([0, expect.stringContaining("PASSED 2 of 2")]);
  expect(green.stdout).toContain(`The report: ${folder.at("reprise/reports/test-run-0/index.html")}`);

  const changed = await play(command.replace("said:", "told:"), true);
  expect([changed.code, JSON.parse(changed.stdout)]).toEqual([1, report("test-run-1")]);
  expect(report("test-run-1").totals).toEqual({ tests: 2, passed: 0, failed: 2, skipped: 0 });

  const ended = await play("exit 3");
  expect([ended.code, report("test-run-2").verdict]).toEqual([4, "error"]);
});
