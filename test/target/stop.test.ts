import { expect } from "bun:test";
import { launched } from "../support/launched.ts";
import { Folder } from "../support/folder.ts";
import { rootTest } from "../support/root-test.ts";

/** Longer than any test may take: a stop that has to use force shows by its time. */
const GRACE_MS = 60_000;

rootTest("an app that ends at the first word ends by it, and nothing waits for the grace", async () => {
  await using app = await launched("exec sleep 1000");
  expect(await app.target.stop(GRACE_MS)).toEqual({ code: null, signal: "SIGTERM" });
});

rootTest("an app's own way of ending is its exit", async () => {
  using folder = new Folder();
  const trap = `trap 'exit 7' TERM; : > ${folder.at("up")}; while :; do sleep 0.01; done`;
  await using app = await launched(trap);
  await folder.appears("up");
  expect(await app.target.stop(GRACE_MS)).toEqual({ code: 7, signal: null });
});

rootTest("what the shell has left in the background, and daemons that fork twice, end too", async () => {
  using folder = new Folder();
  const daemon = `setsid sh -c '(trap "" HUP; echo $$ > ${folder.at("d")}; mv ${folder.at("d")} ${folder.at("up")}; exec sleep 1000) &'`;
  await using app = await launched(`sleep 1000 & ${daemon}; wait`);
  await folder.appears("up");
  expect(app.cgroup.pids().length).toBeGreaterThanOrEqual(3);
  await app.target.stop(GRACE_MS);
  expect(app.cgroup.pids()).toEqual([]);
});

rootTest("children are told when the first process does not end at once", async () => {
  using folder = new Folder();
  // The shell waits for its child and keeps the signal for itself.
  const child = `sh -c "trap 'exit 3' TERM; : > ${folder.at("up")}; while :; do sleep 0.01; done"`;
  await using app = await launched(`trap : TERM; ${child}; exit $?`);
  await folder.appears("up");
  expect(await app.target.stop(GRACE_MS)).toEqual({ code: 3, signal: null });
});

rootTest("an app that will not end is ended by force when the grace is over", async () => {
  using folder = new Folder();
  await using app = await launched(`trap '' TERM; : > ${folder.at("up")}; while :; do sleep 1000; done`);
  await folder.appears("up");
  expect(await app.target.stop(50)).toEqual({ code: null, signal: "SIGKILL" });
  expect(app.cgroup.pids()).toEqual([]);
});

rootTest("after the terminal's SIGINT the app is not told a second time while it shuts down", async () => {
  using folder = new Folder();
  const shutdown = `trap 'sleep 0.3; exit 0' INT; trap 'exit 9' TERM; : > ${folder.at("up")}; while :; do sleep 0.01; done`;
  await using app = await launched(shutdown);
  await folder.appears("up");
  process.kill(app.target.pid, "SIGINT");
  expect(await app.target.stop(GRACE_MS, { isInterrupted: true })).toEqual({ code: 0, signal: null });
});

rootTest("an app that has ended already is only asked how, as often as one likes", async () => {
  await using app = await launched("exit 5");
  await app.target.exited;
  expect(await app.target.stop(GRACE_MS)).toEqual({ code: 5, signal: null });
  expect(await app.target.stop(GRACE_MS)).toEqual({ code: 5, signal: null });
});
