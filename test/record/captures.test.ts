import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { journalPath, leftOvers, removeJournal } from "../../src/record/captures.ts";
import { Folder } from "../support/folder.ts";

test("captures are for nobody else, and git does not see them", () => {
  using folder = new Folder();
  const path = journalPath(folder.path, "test-set-3");
  expect(statSync(join(folder.path, ".capture")).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder.path, ".capture", ".gitignore"), "utf8")).toBe("*\n");
  expect(existsSync(path)).toBe(false);
});

test("a journal is left over when its process is gone, and the folder goes with the last one", () => {
  using folder = new Folder();
  const mine = journalPath(folder.path, "test-set-0");
  writeFileSync(mine, "");
  const gone = Bun.spawnSync(["true"]).pid;
  const orphan = mine.replace(`.${process.pid}.`, `.${gone}.`).replace("test-set-0", "test-set-1");
  writeFileSync(orphan, "");
  expect(leftOvers(folder.path)).toEqual([{ path: orphan, testSet: "test-set-1" }]);
  removeJournal(folder.path, orphan);
  expect(existsSync(mine)).toBe(true);
  removeJournal(folder.path, mine);
  expect(readdirSync(folder.path)).toEqual([]);
  expect(leftOvers(folder.path)).toEqual([]);
});
