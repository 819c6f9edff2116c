import { expect } from "bun:test";
import { readdirSync } from "node:fs";
import { run } from "../../../src/cli/commands/record.ts";
import { callIn } from "../../support/call.ts";
import { Folder } from "../../support/folder.ts";
import { freePort } from "../../support/recorded.ts";
import { rootTest } from "../../support/root-test.ts";

/** An app that ends when it has answered. */
const shortLived = (port: number) =>
  `exec '${process.execPath}' -e '
    require("http").createServer((_, answer) => {
      answer.end("said").on("close", () => process.exit(0));
    }).listen(${port}, "127.0.0.1");'`;

rootTest("an app that ends well has been recorded, and the next step is named", async () => {
  using folder = new Folder();
  const port = freePort();
  const command = shortLived(port);
  const { call, stdout, stderr } = callIn(folder.path, { command });
  const running = run({ ...call, world: { ...call.world, env: { PATH: process.env["PATH"] } } });
  while (!stdout().includes(`The app listens on port ${port}.`)) await new Promise(setImmediate);
  await (await fetch(`http://127.0.0.1:${port}/hello`)).text();
  expect([await running, stderr()]).toEqual([0, ""]);
  expect(stdout()).toStartWith("Recording into test-set-0. Use the app, then press Ctrl-C.\n");
  expect(stdout()).toContain("● get-hello-1  GET /hello -> 200\n");
  expect(stdout()).toContain(`test-set-0: 1 test, 0 mocks in ${folder.at("reprise/test-set-0")}\n`);
  expect(stdout()).toEndWith(`Next: sudo reprise test -c ${JSON.stringify(command)}\n`);
});

rootTest("an app that fails is said so, as a document too, and gives the exit code 4", async () => {
  using folder = new Folder();
  const { call, stdout, stderr } = callIn(folder.path, { command: "exit 3", json: true });
  expect(await run(call)).toBe(4);
  expect(JSON.parse(stdout())).toMatchObject({ testSet: null, tests: 0, exit: { code: 3, signal: null } });
  expect(stderr()).toContain("error: The app ended by itself with exit code 3.\n");
  expect(stderr()).toContain("warning: Nothing passed that could be recorded, so nothing was saved.\n");
  expect(readdirSync(folder.at("reprise"))).toEqual([]);
});

rootTest("the timer ends a recording", async () => {
  using folder = new Folder();
  const { call, stdout } = callIn(folder.path, { command: "exec sleep 1000", recordTimerMs: 50 });
  expect(await run(call)).toBe(0);
  expect(stdout()).toStartWith("Recording into test-set-0");
});
