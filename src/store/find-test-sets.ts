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

/** What is recorded below `path`; the other tool's folder counts while there is no test set of ours. */
export function findTestSets(path: string): Recordings {
  const ours = { root: join(path, ROOT), testSets: testSetsIn(join(path, ROOT)) };
  if (ours.testSets.length > 0) return ours;
  const other = { root: join(path, KEPLOY_ROOT), testSets: testSetsIn(join(path, KEPLOY_ROOT)) };
  return other.testSets.length > 0 ? other : ours;
}

function testSetsIn(root: string): readonly string[] {
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !NOT_TEST_SETS.has(entry.name),
  );
  const names = folders.map(({ name }) => name).filter((name) => isTestSet(join(root, name)));
  return names.sort(byNumber);
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

/** The sets that hold one of these tests, all of them if none is named. A name that no set holds is an error. */
export function chooseByTests(root: string, testSets: readonly string[], names: readonly string[]): readonly string[] {
  if (names.length === 0) return testSets;
  const held = testSets.map((testSet) => testNames(testSetPaths(join(root, testSet)).tests));
  for (const name of names) {
    if (held.some((tests) => tests.includes(name))) continue;
    const near = nearestName(name, held.flat());
    throw new UsageError("usage.path", `There is no test ${name} in ${testSets.join(", ")}.`, {
      hint: near === undefined ? `The tests are the files in ${join(root, "*", "tests")}.` : `Did you mean ${near}?`,
    });
  }
  return testSets.filter((_, index) => names.some((name) => held[index]?.includes(name)));
}

function testNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => /^([^.].*)\.ya?ml$/.exec(file)?.[1] ?? []);
}

function isTestSet(dir: string): boolean {
  const { tests, mocks, config } = testSetPaths(dir);
  return existsSync(tests) || existsSync(mocks) || existsSync(config);
}
