/** A Rust program of `test/apps`, built once for this process by cargo and kept in `dist`, once for each set of features. */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { apps } from "./apps.ts";

const dist = join(import.meta.dir, "../../dist");
const built = new Map<string, string>();

/** The path of the program in `folder` with one of its features. */
export function cargoProgram(folder: string, feature: string): string {
  const name = `${folder}-${feature}`;
  const before = built.get(name);
  if (before !== undefined) return before;
  const target = join(dist, "cargo", folder);
  const words = ["build", "--quiet", "--locked", "--features", feature, "--target-dir", target];
  const build = Bun.spawnSync(["cargo", ...words], { cwd: join(apps, folder), stderr: "pipe" });
  if (!build.success) throw new Error(`cargo build of ${folder}: ${build.stderr.toString()}`);
  const output = join(dist, "test-apps", name);
  mkdirSync(join(dist, "test-apps"), { recursive: true });
  copyFileSync(join(target, "debug", folder), output);
  built.set(name, output);
  return output;
}
