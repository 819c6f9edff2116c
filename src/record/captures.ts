/**
 * Where raw captures live until they are decoded: `.capture` in the recordings' folder, readable by nobody else and
 * ignored by git, since they hold what redaction would keep out. One that its process left behind is found here.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A journal whose recorder is gone. */
export interface LeftOver {
  readonly path: string;
  readonly testSet: string;
}

const FOLDER = ".capture";
const NAME = /^(.+)\.(\d+)\.journal$/;

/** A path for the journal of a recording that begins. */
export function journalPath(root: string, testSet: string): string {
  const folder = join(root, FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, ".gitignore"), "*\n");
  return join(folder, `${testSet}.${process.pid}.journal`);
}

/** The journals in `root` that no running process writes. */
export function leftOvers(root: string): LeftOver[] {
  const folder = join(root, FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const [, testSet, pid] = NAME.exec(name) ?? [];
    if (testSet === undefined || existsSync(`/proc/${pid}`)) return [];
    return [{ path: join(folder, name), testSet }];
  });
}

/** Removes a decoded journal, and the folder with the last one. */
export function removeJournal(root: string, path: string): void {
  rmSync(path, { force: true });
  const folder = join(root, FOLDER);
  if (readdirSync(folder).every((name) => name === ".gitignore")) rmSync(folder, { recursive: true, force: true });
}
