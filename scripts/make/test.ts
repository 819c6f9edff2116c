/**
 * Every part of the tests, one after the other, whatever the earlier ones said; the sum is the last line. As root nothing
 * that a test needs is missing (scripts/bootstrap has installed it), so a test that is skipped there counts as failed.
 *
 *     scripts/test              everything
 *     scripts/test types unit   only these parts
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./step.ts";

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Part {
  readonly name: string;
  readonly command: readonly string[];
  /** Its last lines are `bun test`'s counts; a part without counts passes or fails as one. */
  readonly counts: boolean;
}

const isRoot = process.getuid?.() === 0;
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
    { name: "build", counts: false, command: [join(root, "scripts/build")] },
    { name: "types", counts: false, command: [bin("tsc"), "--noEmit"] },
    { name: "lint", counts: false, command: [bin("oxlint"), "-c", "scripts/oxlint.json", ...ignored, ...code] },
    {
      name: "format",
      counts: false,
      command: [bin("prettier"), "--check", "--log-level", "warn", ...code, "!ffi/structs.ts"],
    },
    { name: "checks", counts: false, command: [bun, "scripts/check/all.ts"] },
    tests("unit", folders.map(({ name }) => `./test/${name}/`).sort(), 20_000),
    tests("e2e", ["./test/e2e/"], 300_000),
  ];
}

function tests(name: string, where: readonly string[], timeoutMs: number): Part {
  return { name, counts: true, command: [bun, "test", "--timeout", String(timeoutMs), ...where] };
}

async function runPart(part: Part): Promise<Counts> {
  console.log(`\n== ${part.name}`);
  const startedAt = performance.now();
  const child = Bun.spawn([...part.command], { cwd: root, stdio: ["ignore", "inherit", "pipe"] });
  let tail = "";
  const decoder = new TextDecoder();
  for await (const bytes of child.stderr) {
    process.stderr.write(bytes);
    tail = (tail + decoder.decode(bytes, { stream: true })).slice(-4096);
  }
  const exitCode = await child.exited;
  console.log(`== ${part.name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  const counts = part.counts ? countsOf(tail) : undefined;
  if (counts === undefined) return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
  // A runner that fails with no failed test died of something else: that is a failure too.
  if (exitCode !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
  return isRoot ? { ...counts, failed: counts.failed + counts.skipped } : counts;
}

/** The summary ends the runner's output; a file that cannot be loaded is an error there, and a failed test as well. */
function countsOf(tail: string): Counts | undefined {
  if (!/^Ran \d+ tests? across/m.test(tail)) return undefined;
  const count = (name: string): number =>
    Number([...tail.matchAll(new RegExp(`^ *(\\d+) ${name}$`, "gm"))].at(-1)?.[1] ?? 0);
  return {
    passed: count("pass"),
    failed: Math.max(count("fail"), count("errors?")),
    skipped: count("skip") + count("todo"),
  };
}

const wanted = process.argv.slice(2);
/** What runs needs the build, whether it was asked for or not. */
const isNeeded = (name: string): boolean => name === "build" && (wanted.includes("unit") || wanted.includes("e2e"));
const chosen = allParts().filter(({ name }) => wanted.length === 0 || wanted.includes(name) || isNeeded(name));
const results: (Counts & { readonly name: string })[] = [];
for (const part of chosen) results.push({ name: part.name, ...(await runPart(part)) });

const sum = (field: keyof Counts): number => results.reduce((total, result) => total + result[field], 0);
console.log("");
for (const { name, passed, failed, skipped } of results) {
  console.log(`${name.padStart(9)}  ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
}
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") > 0 || chosen.length === 0 ? 1 : 0);
