/**
 * Waiting until a cgroup holds no living process: the kernel marks `cgroup.events` as modified when that changes. Only
 * where the machine has no inotify watch left is the file looked at again and again, and that too has an end.
 */
import { closeSync, readFileSync } from "node:fs";
import { watchModified } from "../../ffi/libc.ts";

const LOOK_AGAIN_MS = 20;

/** Whether the cgroup or any below it holds a process that is not merely waiting to be reaped. */
export function isPopulated(folder: string): boolean {
  try {
    return /^populated 1$/m.test(readFileSync(`${folder}/cgroup.events`, "utf8"));
  } catch {
    return false;
  }
}

/** Resolves with `true` when the cgroup is empty, with `false` when `signal` aborts before. */
export async function untilEmpty(folder: string, signal: AbortSignal): Promise<boolean> {
  const fd = watchModified(`${folder}/cgroup.events`);
  if (fd < 0) return lookAgain(folder, signal);
  const reader = Bun.file(fd).stream().getReader();
  const stop = () => void reader.cancel();
  signal.addEventListener("abort", stop);
  try {
    // The watch stands before the first look, so that no change falls between them.
    while (isPopulated(folder)) {
      if (signal.aborted || (await reader.read()).done) return !isPopulated(folder);
    }
    return true;
  } finally {
    signal.removeEventListener("abort", stop);
    await reader.cancel();
    closeSync(fd);
  }
}

async function lookAgain(folder: string, signal: AbortSignal): Promise<boolean> {
  while (isPopulated(folder)) {
    if (signal.aborted) return false;
    await Bun.sleep(LOOK_AGAIN_MS);
  }
  return true;
}
