/**
 * Every part of the tests, one after the other, whatever the earlier ones said; the sum is the last line.
 *
 *     scripts/test              everything
 *     scripts/test types unit   only these parts
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dist, root } from "./step.ts";

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Part {
  readonly name: string;
  readonly command: readonly string[];
  /** Where the command writes its counts as JUnit; a part without counts passes or fails as one. */
  readonly junit?: string;
}

const bun = process.execPath;
const bin = (name: string): string => join(root, "node_modules/.bin", name);
const code = ["src", "ffi", "scripts", "test"];

const ignored = ["test/apps", "ffi/structs.ts"].map((path) => `--ignore-pattern=${path}`);

/** Folders of test/ that hold no unit tests: run apart, by hand, or read by others. */
const apart = ["e2e", "bench", "apps", "wires", "support"];

function allParts(): Part[] {
  const present = existsSync(join(root, "test")) ? readdirSync(join(root, "test"), { withFileTypes: true }) : [];
  const folders = present.filter((entry) => entry.isDirectory() && !apart.includes(entry.name));
  return [
    { name: "build", command: [join(root, "scripts/build")] },
    { name: "types", command: [bin("tsc"), "--noEmit"] },
    { name: "lint", command: [bin("oxlint"), "-c", "scripts/oxlint.json", ...ignored, ...code] },
    { name: "format", command: [bin("prettier"), "--check", "--log-level", "warn", ...code, "!ffi/structs.ts"] },
    { name: "checks", command: [bun, "scripts/check/all.ts"] },
    tests("unit", folders.map(({ name }) => `./test/${name}/`).sort(), 20_000),
    tests("e2e", ["./test/e2e/"], 300_000),
  ];
}

function tests(name: string, where: readonly string[], timeoutMs: number): Part {
  const junit = join(dist, "test-results", `${name}.xml`);
  const reporter = ["--reporter=junit", `--reporter-outfile=${junit}`];
  return { name, junit, command: [bun, "test", "--timeout", String(timeoutMs), ...reporter, ...where] };
}

async function runPart(part: Part): Promise<Counts> {
  console.log(`\n== ${part.name}`);
  if (part.junit !== undefined) rmSync(part.junit, { force: true });
  const startedAt = performance.now();
  const child = Bun.spawn([...part.command], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  const exitCode = await child.exited;
  const counts = part.junit === undefined ? undefined : countsOf(part.junit);
  console.log(`== ${part.name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  if (counts === undefined) return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
  // A runner that fails with no failed test could not load a file, or died: that is a failure too.
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function countsOf(path: string): Counts | undefined {
  if (!existsSync(path)) return undefined;
  const head = /<testsuites\b[^>]*>/.exec(readFileSync(path, "utf8"))?.[0] ?? "";
  const count = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const [failed, skipped] = [count("failures") + count("errors"), count("skipped")];
  return { passed: count("tests") - failed - skipped, failed, skipped };
}

mkdirSync(join(dist, "test-results"), { recursive: true });
const wanted = process.argv.slice(2);
const chosen = allParts().filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const results: (Counts & { readonly name: string })[] = [];
for (const part of chosen) results.push({ name: part.name, ...(await runPart(part)) });

const sum = (field: keyof Counts): number => results.reduce((total, result) => total + result[field], 0);
console.log("");
for (const { name, passed, failed, skipped } of results) {
  console.log(`${name.padStart(9)}  ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
}
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") > 0 || chosen.length === 0 ? 1 : 0);
