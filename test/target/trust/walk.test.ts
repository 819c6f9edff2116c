import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { walk } from "../../../src/target/trust/walk.ts";
import { Folder } from "../../support/folder.ts";

test("certificates, environments and runtimes are found, packages of Node and links to folders passed over", () => {
  using folder = new Folder();
  for (const name of [
    "ca.pem",
    "certs/deep/er/root.CRT",
    "certs/trust.jks",
    "node_modules/x/ca.pem",
    "venv/pyvenv.cfg",
    "venv/lib/python3.11/site-packages/certifi/cacert.pem",
    "runtime/lib/security/cacerts",
    "cacerts",
    "svc/go.mod",
    "src/index.ts",
  ]) {
    mkdirSync(dirname(folder.at(name)), { recursive: true });
    writeFileSync(folder.at(name), "");
  }
  symlinkSync(folder.at("certs"), folder.at("linked"));
  expect(walk(folder.path)).toEqual({
    certificates: ["ca.pem", "certs/trust.jks", "certs/deep/er/root.CRT"].map((name) => folder.at(name)),
    venvs: [folder.at("venv")],
    javaStores: [folder.at("runtime/lib/security/cacerts")],
    goModules: [folder.at("svc/go.mod")],
  });
  expect(walk(folder.at("not-there")).certificates).toEqual([]);
});

test("of the root of all, the system's own directories are passed over", () => {
  const found = walk("/");
  const ofSystem = found.certificates.filter((path) => /^\/(?:etc|usr|tmp|var)\//.test(path));
  expect(ofSystem).toEqual([]);
});
