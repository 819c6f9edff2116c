import { expect } from "bun:test";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { createCgroup } from "../../src/target/cgroup.ts";
import { startGuard } from "../../src/target/guard.ts";
import { launched } from "../support/launched.ts";
import { Running } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const src = join(import.meta.dir, "../../src");

/** What a process is that guards an app, with a cgroup below the app's; it tells of all and waits to be killed. */
const guarding = (command: string) => `
  import { mkdirSync } from "node:fs";
  import { createCgroup } from "${src}/target/cgroup.ts";
  import { startGuard } from "${src}/target/guard.ts";
  import { launch } from "${src}/target/native.ts";
  const cgroup = createCgroup();
  mkdirSync(cgroup.path + "/below");
  const guard = startGuard(cgroup, []);
  const env = { PATH: process.env.PATH };
  const target = await launch(
    { command: ${JSON.stringify(command)}, cwd: "/", env, user: null, cgroup, files: [], stdout: "inherit" });
  console.log("guard", guard.pid, "app", target.pid, "in", cgroup.path);
  setInterval(() => {}, 1000);`;

/** Resolves when the kernel has reaped that process, which is nobody's child here. */
async function ended(pid: string | undefined): Promise<void> {
  const until = performance.now() + 5_000;
  while (isAlive(pid) && performance.now() < until) await new Promise(setImmediate);
  expect(isAlive(pid)).toBe(false);
}

function isAlive(pid: string | undefined): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** What that process has open; one that it closes while we look counts as well. */
function openIn(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return "closed";
    }
  });
}

rootTest("who is killed takes the app along, whatever the app ignores and starts", async () => {
  const stubborn = "trap '' TERM INT HUP; setsid sleep 1000 & while :; do sleep 1000; done";
  await using keeper = new Running([process.execPath, "-e", guarding(stubborn)]);
  const [, guard, app, path = ""] = await keeper.line(/guard (\d+) app (\d+) in (\S+)/);
  expect([isAlive(guard), isAlive(app), existsSync(path)]).toEqual([true, true, true]);
  keeper.kill("SIGKILL");
  await ended(app);
  await ended(guard);
  expect(existsSync(path)).toBe(false);
});

rootTest("a guard that is sent away leaves the app alone", async () => {
  await using app = await launched("exec sleep 1000");
  const guard = startGuard(app.cgroup, []);
  await guard.release();
  expect([existsSync(`/proc/${guard.pid}`), app.cgroup.pids()]).toEqual([false, [app.target.pid]]);
});

rootTest("a guard that somebody killed can be sent away all the same", async () => {
  await using app = await launched("exec sleep 1000");
  const guard = startGuard(app.cgroup, []);
  process.kill(guard.pid, "SIGKILL");
  await guard.release();
  expect(app.cgroup.pids()).toEqual([app.target.pid]);
});

rootTest("a guard hears no signal, holds what it was given and nothing else, and costs us no descriptor", async () => {
  const cgroup = createCgroup();
  const before = openIn(process.pid).length;
  const guard = startGuard(cgroup, [cgroup.fd, cgroup.fd]);
  try {
    const folder = expect.stringContaining(`/${basename(cgroup.path)}`) as string;
    const none = ["/dev/null", "/dev/null", "/dev/null"];
    const isDetached = () => readFileSync(`/proc/${guard.pid}/stat`, "utf8").split(" ")[5] === String(guard.pid);
    while (!isDetached()) await new Promise(setImmediate);
    // It opens one for a moment, that of the cgroup that it moves to, and then what tells it of our end.
    const until = performance.now() + 5_000;
    const death = "anon_inode:[signalfd]";
    while (!openIn(guard.pid).includes(death) && performance.now() < until) await new Promise(setImmediate);
    expect(openIn(guard.pid)).toEqual([...none, expect.stringContaining("pipe:"), folder, folder, folder, death]);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.kill(guard.pid, signal);
  } finally {
    expect(isAlive(String(guard.pid))).toBe(true);
    await guard.release();
    cgroup.remove();
  }
  const until = performance.now() + 5_000;
  while (openIn(process.pid).length >= before && performance.now() < until) await new Promise(setImmediate);
  expect(openIn(process.pid).length).toBeLessThan(before);
});
