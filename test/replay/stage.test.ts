import { expect } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { setStage } from "../../src/replay/stage.ts";
import { everything } from "../support/recorded.ts";
import { rootTest } from "../support/root-test.ts";

const options = {
  ...everything,
  passThroughPorts: [],
  passThroughSockets: [],
  refusing: [],
  budgetBytes: 1 << 20,
  names: new Map<string, string>(),
  poolFor: () => {
    throw new Error("nothing is asked here");
  },
  expectedFor: () => null,
  isTlsFor: () => false,
  tls: null,
  refusedFor: () => null,
  surroundings: [],
  time: "recorded" as const,
  startsAt: Date.now(),
  onMiss: () => {},
  onUnread: () => {},
};

const descriptors = (): number => readdirSync("/proc/self/fd").length;

rootTest("closing the stage ends the app and gives everything back", async () => {
  const app = { command: "exec sleep 1000", cwd: "/", env: {}, user: null, stdout: "stderr" as const, files: [] };
  await (await setStage({ ...options, app })).close();
  const before = descriptors();
  const stage = await setStage({ ...options, app });
  expect(existsSync(`/proc/${stage.target.pid}`)).toBe(true);
  await stage.close();
  expect(await stage.target.exited).toEqual({ code: null, signal: "SIGTERM" });
  // The loop closes sockets in turns of its own.
  const until = performance.now() + 5_000;
  while (descriptors() > before && performance.now() < until) await new Promise(setImmediate);
  expect(descriptors()).toBeLessThanOrEqual(before);
});

rootTest("a stage whose app cannot be started is taken down again", async () => {
  const app = { command: "true", cwd: "/does/not/exist", env: {}, user: null, stdout: "stderr" as const, files: [] };
  await expect(setStage({ ...options, app })).rejects.toThrow("/does/not/exist");
});
