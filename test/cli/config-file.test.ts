import { expect, test } from "bun:test";
import { parse } from "yaml";
import { FormatError, UsageError } from "../../src/core/errors.ts";
import { checkNamed, configPathOf, configTemplate, readConfigFile } from "../../src/cli/config-file.ts";
import { fromFile, resolveSettings } from "../../src/cli/settings.ts";
import { Folder } from "../support/folder.ts";

const failure = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

test("no file says nothing; a folder and the file itself both name it", () => {
  using folder = new Folder();
  expect(readConfigFile(folder.path)).toEqual({ path: folder.at("reprise.yml"), isThere: false, values: {} });
  folder.write("other.yml", "port: 80\nnoise:\n  header.Date: []\n");
  expect(readConfigFile(folder.at("other.yml")).values).toEqual({ port: 80, noise: { "header.Date": [] } });
  expect(configPathOf(folder.path)).toBe(folder.at("reprise.yml"));
});

test("an unknown key is an error with its line and what was probably meant", () => {
  using folder = new Folder();
  folder.write("reprise.yml", "# mine\nhost: a\nprot: 80\n");
  const error = failure(() => readConfigFile(folder.path));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toBe(`UsageError: ${folder.at("reprise.yml")}:3: there is no setting prot.`);
  expect((error as UsageError).hint).toBe("Did you mean port?");
});

test("a broken file is named with its line", () => {
  using folder = new Folder();
  folder.write("reprise.yml", "host: a\nport: [80\nstrict: true\n");
  const error = failure(() => readConfigFile(folder.path));
  expect(error).toBeInstanceOf(FormatError);
  expect((error as FormatError).where).toStartWith(`${folder.at("reprise.yml")}:`);
  folder.write("reprise.yml", "- a\n");
  expect(() => readConfigFile(folder.path)).toThrow("is not a list of settings");
});

test("the template is YAML, changes nothing as it is, and nothing when its settings are taken in", () => {
  expect(parse(configTemplate())).toBeNull();
  const all = parse(configTemplate().replaceAll(/^#(?=[\w ]*\S*:)(?! )/gm, "")) as Record<string, unknown>;
  expect(Object.keys(all)).toContain("noise");
  expect(resolveSettings(fromFile(all, "reprise.yml"))).toEqual(resolveSettings());
});

test("a setting that stands there twice is an error with the second line", () => {
  using folder = new Folder();
  folder.write("reprise.yml", "command: a\nport: 80\ncommand: b\n");
  const error = failure(() => readConfigFile(folder.path));
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toBe(`UsageError: ${folder.at("reprise.yml")}:3: this setting stands there twice.`);
});

test("a place that was named must hold a file", () => {
  using folder = new Folder();
  expect(() => checkNamed(readConfigFile(folder.path))).toThrow(`There is no ${folder.at("reprise.yml")}.`);
  folder.write("reprise.yml", "");
  expect(checkNamed(readConfigFile(folder.path))).toBeUndefined();
});
