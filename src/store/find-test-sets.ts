/** Finds recordings below the path a user names: ours in `reprise`, or another tool's in `keploy`. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { nearestName } from "../lib/text/nearest-name.ts";
import { byNumber, KEPLOY_ROOT, NOT_TEST_SETS, ROOT, testSetPaths } from "./layout.ts";

export interface Recordings {
  /** The folder that holds the test sets; it may not exist yet. */
  readonly root: string;
  /** In numeric order. */
  readonly testSets: readonly string[];
}

/** What is recorded below `path`. */
export function findTestSets(path: string): Recordings {
  const ours = join(path, ROOT);
  const root = !existsSync(ours) && existsSync(join(path, KEPLOY_ROOT)) ? join(path, KEPLOY_ROOT) : ours;
  if (!existsSync(root)) return { root, testSets: [] };
  const folders = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !NOT_TEST_SETS.has(entry.name),
  );
  const testSets = folders.map(({ name }) => name).filter((name) => isTestSet(join(root, name)));
  return { root, testSets: testSets.sort(byNumber) };
}

/** The named ones among them, in the order found; all of them if `names` is `null`. Names that do not exist are errors. */
export function chooseTestSets(recordings: Recordings, names: readonly string[] | null): readonly string[] {
  if (names === null) return recordings.testSets;
  for (const name of names) {
    if (recordings.testSets.includes(name)) continue;
    const near = nearestName(name, recordings.testSets);
    throw new UsageError("usage.path", `There is no test set ${name} in ${recordings.root}.`, {
      hint: near === undefined ? `There are: ${recordings.testSets.join(", ") || "none"}.` : `Did you mean ${near}?`,
    });
  }
  return recordings.testSets.filter((name) => names.includes(name));
}

function isTestSet(dir: string): boolean {
  const { tests, mocks, config } = testSetPaths(dir);
  return existsSync(tests) || existsSync(mocks) || existsSync(config);
}
