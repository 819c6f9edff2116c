import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { denoise } from "../../src/cli/denoise.ts";
import { callIn } from "../support/call.ts";
import { Folder } from "../support/folder.ts";
import { appOn, recordApp } from "../support/recorded.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("what varies is stored with its test, and said", async () => {
  using folder = new Folder();
  const { port, dependencyPort } = await recordApp(folder.path, ["?a=1"]);
  const random = `await fetch("http://127.0.0.1:${dependencyPort}/add?a=1");
    return Response.json({ said: "?a=1 " + Math.floor(Math.random() * 1e9) });`;
  const security = { app: appOn(port, dependencyPort, random), tls: null, surroundings: [] };
  const { call, stdout, stderr } = callIn(folder.path, {});
  const report = await denoise(call, { dir: folder.at("test-set-0"), security, signal: new AbortController().signal });
  expect([report?.replay?.isGreen, stderr()]).toEqual([true, ""]);
  expect(stdout()).toEndWith("test-set-0 replays green: 1 of 1\n");
  expect(readFileSync(folder.at("test-set-0/tests/get-sum-1.yaml"), "utf8")).toContain(
    '      body.said: ["like ?a=1 {number}"] # learned: text with parts that vary\n',
  );
});

rootTest("an app that cannot be started again leaves the recording as it was", async () => {
  using folder = new Folder();
  const { port, dependencyPort } = await recordApp(folder.path, ["?a=1"]);
  const app = { ...appOn(port, dependencyPort), command: "exit 3" };
  const { call, stderr } = callIn(folder.path, {});
  const before = readFileSync(folder.at("test-set-0/tests/get-sum-1.yaml"), "utf8");
  const options = { security: { app, tls: null, surroundings: [] }, signal: new AbortController().signal };
  const report = await denoise(call, { dir: folder.at("test-set-0"), ...options });
  expect(report).toMatchObject({ playings: 0, learned: [], replay: null });
  expect(stderr()).toContain(`The app ended before it listened on port ${port} (exit code 3).`);
  expect(readFileSync(folder.at("test-set-0/tests/get-sum-1.yaml"), "utf8")).toBe(before);
});
