/**
 * The launcher, held in memory so that it can be executed where no directory allows it: a compiled binary carries it, a
 * checkout has it in `dist/native`. Nothing is written to disk. Its source is `launcher/launcher.c`.
 */
import { closeSync, readFileSync, writeSync } from "node:fs";
import { memoryFile } from "../../ffi/libc.ts";
import { EnvironmentError } from "../core/errors.ts";
import launcherFile from "../../dist/native/launcher" with { type: "file" };

let held: number | undefined;

/** A path that executes the launcher; valid as long as this process lives. */
export function launcherPath(): string {
  held ??= holdInMemory("reprise-launcher", readFileSync(launcherFile), true);
  return `/proc/${process.pid}/fd/${held}`;
}

/** A descriptor, closed on exec, from which that content can be read; the caller closes it. */
export function holdInMemory(name: string, content: Uint8Array, executable = false): number {
  const fd = open(name, executable);
  try {
    for (let written = 0; written < content.length;) written += writeSync(fd, content, written);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function open(name: string, executable: boolean): number {
  try {
    return memoryFile(name, executable);
  } catch (cause) {
    if (!executable) throw cause;
    const hint = "If `sysctl vm.memfd_noexec` shows 2, set it to 1: sudo sysctl vm.memfd_noexec=1";
    const message = "This kernel gives no executable file in memory, and the app is started from one.";
    throw new EnvironmentError("environment.kernel", message, { cause, hint });
  }
}
