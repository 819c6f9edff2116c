/**
 * FerretDB's own program, built once from the Go module and kept in `dist`: SCRAM is among what its library for others
 * leaves out. Its sources say their version in a file that only its releases have, so that is written first.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VERSION = "v1.24.2";
const programs = join(import.meta.dir, "../../dist/test-apps");

/** The program's path; about a minute where nothing is cached. */
export function ferretdb(): string {
  const program = join(programs, `ferretdb-${VERSION}`);
  if (existsSync(program)) return program;
  mkdirSync(programs, { recursive: true });
  const sources = `${program}-${process.pid}`;
  const made = join(sources, "made");
  try {
    // Outside of any module of ours: it comes with its own list of what it needs.
    const said = go(tmpdir(), "mod", "download", "-json", `github.com/FerretDB/FerretDB@${VERSION}`);
    cpSync((JSON.parse(said) as { readonly Dir: string }).Dir, sources, { recursive: true });
    // What comes from the module cache is read-only.
    Bun.spawnSync(["chmod", "-R", "u+w", sources]);
    writeFileSync(join(sources, "build/version/version.txt"), `${VERSION}\n`);
    go(sources, "build", "-buildvcs=false", "-tags=ferretdb_no_postgresql", "-o", made, "./cmd/ferretdb");
    renameSync(made, program);
  } finally {
    rmSync(sources, { recursive: true, force: true });
  }
  return program;
}

function go(cwd: string, ...words: readonly string[]): string {
  const done = Bun.spawnSync(["go", ...words], { cwd, stdout: "pipe", stderr: "pipe" });
  if (!done.success) throw new Error(`go ${words.join(" ")}: ${done.stderr.toString()}`);
  return done.stdout.toString();
}
