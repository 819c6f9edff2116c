/** A C program of `test/apps`, built once for this process by the build's own compiler and kept in `dist`. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { apps } from "./apps.ts";

const dist = join(import.meta.dir, "../../dist");
const zig = join(dist, "tools/zig/ziglang/zig");
const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
const cache = join(dist, "cache/zig");
const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache };
const built = new Set<string>();

/** What it is linked to: `static` is glibc, by the host's compiler; `none` is a program of 32 bits. */
export type Libc = "glibc" | "musl" | "static" | "none";

const compilers: Readonly<Record<Libc, readonly string[]>> = {
  glibc: [zig, "cc", "-target", `${machine}-linux-gnu.2.17`, "-fno-sanitize=undefined"],
  musl: [zig, "cc", "-target", `${machine}-linux-musl`, "-static", "-fno-sanitize=undefined"],
  static: ["cc", "-static"],
  none: [zig, "cc", "-target", "x86-linux-musl", "-static", "-nostdlib", "-ffreestanding", "-fno-sanitize=undefined"],
};

/** Why programs of that kind cannot be built here, or null. */
export const lacksLibc = (libc: Libc): string | null =>
  libc === "static" && Bun.which("cc") === null ? "there is no cc for a static program" : null;

const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The path of the program made of one file of that folder. */
export function cProgram(folder: string, name: string, libc: Libc): string {
  const output = join(dist, "test-apps", `${folder}-${name}-${libc}`);
  const source = join(apps, folder, `${name}.c`);
  // A machine whose files are all read-only has what was built outside of it.
  if (built.has(output) || changedAt(output) > changedAt(source)) return output;
  mkdirSync(join(dist, "test-apps"), { recursive: true });
  const command = [...compilers[libc], "-Os", "-Wall", "-Wextra", "-Werror", source, "-o", output];
  if (libc !== "none") command.push("-pthread", "-lrt");
  const build = Bun.spawnSync(command, { env, stderr: "pipe" });
  if (!build.success) throw new Error(`${source}: ${build.stderr.toString()}`);
  built.add(output);
  return output;
}
