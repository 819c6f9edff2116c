/**
 * A small process that ends the app if we die, by `kill -9` too: nobody would answer in the place of the real services any
 * more. It belongs to replay alone; an app that is recorded lives on without us. Its program is `launcher/guard.c`.
 */
import { closeSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { duplicateFrom, pipe } from "../../ffi/libc.ts";
import type { Cgroup } from "./cgroup.ts";
import { launcherPath } from "./embedded.ts";

/** The guard, waiting. */
export interface Guard {
  readonly pid: number;
  /** Sends it away, and resolves when it is gone; the app is left as it is. */
  release(): Promise<void>;
}

/** Above the numbers that its descriptors get in the guard, so that putting one in place overwrites none. */
const FIRST_PASSED_FD = 256;

/** Guards that cgroup from this call on. What is in `held` stays open until the cgroup is dead. */
export function startGuard(cgroup: Cgroup, held: readonly number[]): Guard {
  const { readEnd, writeEnd } = pipe();
  const passed = [readEnd];
  try {
    for (const fd of [readEnd, cgroup.fd, ...held]) passed.push(duplicateFrom(fd, FIRST_PASSED_FD));
    const stdio = [null, null, null, ...passed.slice(1)] as [null, null, null];
    const command = [launcherPath(), "--guard", "3", "4", basename(cgroup.path)];
    const child = Bun.spawn(command, { stdio, env: {} });
    return { pid: child.pid, release: () => release(child, writeEnd) };
  } catch (error) {
    closeSync(writeEnd);
    throw error;
  } finally {
    for (const fd of passed) closeSync(fd);
  }
}

async function release(child: Bun.Subprocess, writeEnd: number): Promise<void> {
  try {
    writeSync(writeEnd, Uint8Array.of(1));
  } catch {
    // Somebody has killed it: gone is what it shall be.
  }
  closeSync(writeEnd);
  await child.exited;
}
