import { expect } from "bun:test";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { findCgroupMount, privateMount } from "../../src/target/cgroup-mount.ts";
import { type Cgroup, createCgroup } from "../../src/target/cgroup.ts";
import { rootTest } from "../support/root-test.ts";

const join = (cgroup: Cgroup) => `echo 0 > /proc/${process.pid}/fd/${cgroup.fd}/cgroup.procs`;
const soon = () => AbortSignal.timeout(10_000);

rootTest("each is fresh, holds what is started in it, and goes when it is removed", async () => {
  const one = createCgroup();
  const two = createCgroup();
  expect(one.path).not.toBe(two.path);
  const child = Bun.spawn(["/bin/sh", "-c", `${join(one)}; echo in; read end`], { stdin: "pipe", stdout: "pipe" });
  await child.stdout.getReader().read();
  expect([one.pids(), two.pids()]).toEqual([[child.pid], []]);
  child.stdin.end();
  expect(await one.untilEmpty(soon())).toBe(true);
  one.remove();
  two.remove();
  expect([existsSync(one.path), existsSync(two.path)]).toEqual([false, false]);
});

rootTest("a name that somebody lives under is left alone", () => {
  const before = createCgroup();
  const number = Number(before.path.slice(before.path.lastIndexOf("-") + 1));
  const next = `${findCgroupMount().path}/reprise-${process.pid}-${number + 1}`;
  mkdirSync(next);
  const fresh = createCgroup();
  expect(fresh.path).not.toBe(next);
  for (const cgroup of [before, fresh]) cgroup.remove();
  expect(existsSync(next)).toBe(true);
  rmdirSync(next);
});

rootTest("SIGKILL reaches what lies below and what has left its session", async () => {
  const cgroup = createCgroup();
  const nested = `mkdir ${cgroup.path}/below && echo 0 > ${cgroup.path}/below/cgroup.procs`;
  const command = `${join(cgroup)}; setsid sleep 1000 & { ${nested}; exec sleep 1000; } & echo in; wait`;
  const child = Bun.spawn(["/bin/sh", "-c", command], { stdout: "pipe" });
  await child.stdout.getReader().read();
  expect(await cgroup.untilEmpty(AbortSignal.timeout(1))).toBe(false);
  cgroup.kill("SIGKILL");
  expect(await cgroup.untilEmpty(soon())).toBe(true);
  expect(cgroup.pids()).toEqual([]);
  cgroup.remove();
  expect(existsSync(cgroup.path)).toBe(false);
});

rootTest("without a mount of the host's, one that no path leads to serves as well", async () => {
  const cgroup = createCgroup(privateMount());
  const child = Bun.spawn(["/bin/sh", "-c", `${join(cgroup)}; echo in; exec sleep 1000`], { stdout: "pipe" });
  await child.stdout.getReader().read();
  const end = cgroup.untilEmpty(soon());
  child.kill();
  expect(await end).toBe(true);
  cgroup.remove();
  expect(cgroup.pids()).toEqual([]);
});

rootTest("what a process that is gone has left behind is cleared, unless somebody lives in it", async () => {
  const { path } = findCgroupMount();
  const gone = Bun.spawn(["/bin/true"]);
  await gone.exited;
  const [empty, used] = [`${path}/reprise-${gone.pid}-0`, `${path}/reprise-${gone.pid}-1`];
  mkdirSync(empty);
  mkdirSync(used);
  const living = Bun.spawn(["/bin/sleep", "1000"]);
  writeFileSync(`${used}/cgroup.procs`, String(living.pid));
  createCgroup().remove();
  expect([existsSync(empty), existsSync(used), living.killed]).toEqual([false, true, false]);
  writeFileSync(`${path}/cgroup.procs`, String(living.pid));
  rmdirSync(used);
  living.kill();
});
