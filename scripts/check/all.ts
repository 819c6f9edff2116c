/** Runs every check over the files that git knows or would add, prints what they find, and fails if that is anything. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { console as printing } from "./console.ts";
import { imports } from "./imports.ts";
import { mirror } from "./mirror.ts";
import { protocolNames } from "./protocol-names.ts";
import { size } from "./size.ts";
import { words } from "./words.ts";
import type { Check, Finding, Source } from "./source.ts";

/** Every check, by the name of its file. */
export const checks: Readonly<Record<string, Check>> = {
  imports,
  mirror,
  size,
  words,
  console: printing,
  "protocol-names": protocolNames,
};

/** The files that the checks read: ours, and no data. */
export function load(root: string): Source[] {
  const listed = Bun.spawnSync(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root });
  if (!listed.success) throw new Error(`git lists no files in ${root}: ${listed.stderr.toString()}`);
  const paths = listed.stdout.toString().split("\0");
  return [...new Set(paths)]
    .filter((path) => /^(src|ffi|bpf|scripts|test)\//.test(path) && /(\.ts|\.[ch]|^scripts\/[^.]+)$/.test(path))
    .flatMap((path) => {
      try {
        return [{ path, text: readFileSync(join(root, path), "utf8") }];
      } catch {
        return []; // deleted, and git has not been told yet
      }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function runAll(sources: readonly Source[]): Finding[] {
  return Object.values(checks).flatMap((check) => check(sources));
}

if (import.meta.main) {
  const findings = runAll(load(join(import.meta.dir, "../..")));
  for (const { path, line, says } of findings) globalThis.console.log(`${path}:${line}: ${says}`);
  globalThis.console.log(`${Object.keys(checks).length} checks, ${findings.length} findings`);
  process.exit(findings.length > 0 ? 1 : 0);
}
