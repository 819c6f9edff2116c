import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
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

test("a set of another tool was recorded when its tests were", () => {
  using folder = new Folder();
  for (const [name, day] of [
    ["test-1", "01"],
    ["test-2", "03"],
  ] as const) {
    mkdirSync(folder.at("tests"), { recursive: true });
    const request =
      "{method: GET, proto_major: 1, proto_minor: 1, url: 'http://localhost/', timestamp: 2024-05-DAYT10:00:00Z}";
    const spec = `{req: ${request.replace("DAY", day)}, resp: {status_code: 200}}`;
    folder.write(`tests/${name}.yaml`, `version: api.keploy.io/v1beta1\nkind: Http\nname: ${name}\nspec: ${spec}\n`);
  }
  expect(recordedSpan(folder.path)).toEqual([Date.UTC(2024, 4, 1, 10), Date.UTC(2024, 4, 3, 10)]);
});
