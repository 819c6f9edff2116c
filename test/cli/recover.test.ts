import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { recoverCaptures } from "../../src/cli/recover.ts";
import { callIn } from "../support/call.ts";
import { Folder } from "../support/folder.ts";
import { recordApp } from "../support/recorded.ts";
import { rootTest } from "../support/root-test.ts";

/** The id of a process that is gone. */
const gone = (): number => Bun.spawnSync(["true"]).pid;

test("nothing left over is nothing said", async () => {
  const { call, stdout, stderr } = callIn("/", {});
  await recoverCaptures(call, "/no/such/recordings");
  expect([stdout(), stderr()]).toEqual(["", ""]);
});

test("what is no capture of ours is named, and stays", async () => {
  using folder = new Folder();
  mkdirSync(folder.at(".capture"));
  const path = folder.write(`.capture/test-set-0.${gone()}.journal`, "no capture at all");
  const { call, stderr } = callIn("/", {});
  await recoverCaptures(call, folder.path);
  expect(stderr()).toStartWith("warning: ");
  expect(stderr()).toEndWith(" It is left where it is.\n");
  expect([stderr().includes(path), existsSync(path)]).toEqual([true, true]);
});

rootTest("a recording that was cut short is finished, and its tests are counted", async () => {
  using folder = new Folder();
  const { outcome } = await recordApp(folder.path, ["?a=1", "?a=2"], true);
  const capture = outcome.capture ?? "";
  renameSync(capture, capture.replace(`.${process.pid}.`, `.${gone()}.`));
  const { call, stderr } = callIn("/", {});
  await recoverCaptures(call, folder.path);
  expect(stderr()).toBe(
    "warning: A recording was cut short; what it had captured is in test-set-0: 2 tests, 2 mocks.\n",
  );
  expect(readdirSync(folder.path)).toEqual(["test-set-0"]);
});
