import { expect, test } from "bun:test";
import { EMPTY_CONFIG, writeConfig } from "../../src/store/config.ts";
import { recordedSpan } from "../../src/store/recorded-span.ts";
import { Folder } from "../support/folder.ts";

test("a set says when it was recorded; one without a config is of no instants", () => {
  using folder = new Folder();
  expect(recordedSpan(folder.path)).toEqual([]);
  const [startedAt, endedAt] = [Date.UTC(2020, 1, 2), Date.UTC(2020, 1, 3)];
  folder.write("config.yaml", writeConfig({ ...EMPTY_CONFIG, startedAt, endedAt }));
  expect(recordedSpan(folder.path)).toEqual([startedAt, endedAt]);
  folder.write("config.yaml", writeConfig(EMPTY_CONFIG));
  expect(recordedSpan(folder.path)).toEqual([]);
});
