import { expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { testSetPaths } from "../../src/store/layout.ts";
import { ignoreSecrets, readSecrets, writeSecrets } from "../../src/store/secret-files.ts";
import { Folder } from "../support/folder.ts";
import { makeFolder } from "../../src/store/write-file.ts";

const secrets = [
  { name: "password-1", kind: "password", value: "a: 'b'\n# c", shape: { like: "[0-9]{9}", from: "DB_PASSWORD" } },
  { name: "basic-1", kind: "basic", value: "u:x", shape: { text: "u:{{secret.password-1}}" } },
  { name: "jwt-1", kind: "jwt", value: "t", shape: { jwt: { header: "{}", payload: '{"a":1}', signature: "x" } } },
];

test("values and forms come back, each from its file", () => {
  using folder = new Folder();
  const paths = testSetPaths(join(folder.path, "s"));
  makeFolder(paths.dir, null);
  writeSecrets(folder.path, paths, { secrets, kept: new Map([["env.URL", "x://a:b@c"]]) }, null);
  expect(statSync(paths.secrets).mode & 0o777).toBe(0o600);
  const { values, shapes } = readSecrets(paths);
  expect([...values]).toEqual([
    ["password-1", "a: 'b'\n# c"],
    ["jwt-1", "t"],
    ["env.URL", "x://a:b@c"],
  ]);
  expect([...shapes]).toEqual(secrets.map(({ name, shape }) => [name, shape]));
  expect(readFileSync(paths.placeholders, "utf8")).not.toContain("# c");
});

test("what is missing says nothing", () => {
  using folder = new Folder();
  const { values, shapes } = readSecrets(testSetPaths(folder.path));
  expect([values.size, shapes.size]).toEqual([0, 0]);
});

test("git is told once, and what else it was told stays", () => {
  using folder = new Folder();
  folder.write(".gitignore", "reports");
  ignoreSecrets(folder.path, null);
  ignoreSecrets(folder.path, null);
  expect(readFileSync(folder.at(".gitignore"), "utf8")).toBe("reports\nsecret.yaml\n");
});
