/**
 * One step of the build: it runs when its inputs or its recipe differ from those of its last success, by content, and
 * says what it does. Times and dates of files play no part, so every clone behaves alike.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The repository's root, where every path of the build starts. */
export const root = join(import.meta.dir, "../..");

/** Where all that is built lies; git ignores it. */
export const dist = join(root, "dist");

export interface Step {
  /** The verb that is printed, padded into a column: `compile`, `link`. */
  readonly verb: string;
  /** What is made, for people and as the name of the stamp. */
  readonly name: string;
  /** Files whose content decides, absolute. */
  readonly inputs: readonly string[];
  /** Whatever else decides: versions, flags. */
  readonly recipe: unknown;
  /** Files that must be there afterwards; one that is missing makes the step run. */
  readonly outputs: readonly string[];
  run(): Promise<void>;
}

/** Runs the step unless its stamp says that nothing differs. */
export async function step(wanted: Step): Promise<void> {
  const stamp = join(dist, ".stamps", wanted.name.replaceAll("/", "-"));
  const print = fingerprint(wanted);
  if (isCurrent(stamp, print) && wanted.outputs.every((path) => existsSync(path))) return say("keep", wanted.name);

  say(wanted.verb, wanted.name);
  const startedAt = performance.now();
  for (const path of wanted.outputs) mkdirSync(dirname(path), { recursive: true });
  await wanted.run();
  const missing = wanted.outputs.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new Error(`${wanted.name} did not make ${missing.join(", ")}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, print);
  say("", `${wanted.name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

/** Runs a command from the root and fails with its words. */
export async function run(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const child = Bun.spawn([...command], {
    cwd: root,
    env: { ...process.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (child.exitCode !== 0) throw new Error(`${command.join(" ")}\nended with ${child.exitCode}\n${out}${err}`);
}

/** Does `work` on every item, as many at a time as there are processors. */
export async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, worker));
}

/** The files below `folder` that match, absolute and sorted; none if there is no such folder. */
export function files(folder: string, pattern: string): string[] {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return [...new Bun.Glob(pattern).scanSync({ cwd: start, absolute: true })].sort();
}

export function say(verb: string, what: string): void {
  console.log(`${verb.padStart(9)}  ${what}`);
}

function fingerprint(wanted: Step): string {
  const hash = new Bun.CryptoHasher("sha256");
  hash.update(JSON.stringify(wanted.recipe));
  for (const path of wanted.inputs) {
    if (!existsSync(path) || !statSync(path).isFile()) continue;
    hash.update(`\0${path.slice(root.length)}\0`);
    hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

function isCurrent(stamp: string, print: string): boolean {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === print;
}
