import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { EMPTY_CONFIG, NOTHING_LEARNED, type Learned, writeConfig } from "../../src/store/config.ts";
import { lastLearned } from "../../src/store/learned.ts";
import { Folder } from "../support/folder.ts";

const learned = (port: number): Learned => ({ clear: [{ address: "10.0.0.5", port }], blind: [] });

const put = (folder: Folder, name: string, text: string) => {
  mkdirSync(folder.at(name), { recursive: true });
  writeFileSync(folder.at(`${name}/config.yaml`), text);
};

test("the latest recording that learned anything is heard", () => {
  using folder = new Folder();
  put(folder, "test-set-0", writeConfig({ ...EMPTY_CONFIG, startedAt: 9, learned: learned(3) }));
  put(folder, "test-set-1", writeConfig({ ...EMPTY_CONFIG, startedAt: 5, learned: learned(1) }));
  put(folder, "test-set-2", writeConfig({ ...EMPTY_CONFIG, startedAt: 11 }));
  put(folder, "test-set-10", writeConfig({ ...EMPTY_CONFIG, startedAt: 10, learned: learned(2) }));
  mkdirSync(folder.at("reports"));
  expect(lastLearned(folder.at("."))).toEqual(learned(2));
});

test("without a folder, or with files that say nothing, nothing is known", () => {
  using folder = new Folder();
  put(folder, "test-set-0", "version: [\n");
  put(folder, "test-set-1", "appCommand: ./app\n");
  expect(lastLearned(folder.at("."))).toEqual(NOTHING_LEARNED);
  expect(lastLearned(folder.at("absent"))).toEqual(NOTHING_LEARNED);
});
