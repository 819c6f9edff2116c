import { expect, test } from "bun:test";
import { realpathSync, symlinkSync } from "node:fs";
import { bytesOf, realOnes, systemTrust } from "../../../src/target/trust/system.ts";
import { Folder } from "../../support/folder.ts";

test("what this machine has is named by its real paths, each once", () => {
  const { bundles, hashed, anchors, home } = systemTrust();
  for (const path of [...bundles, ...hashed, ...anchors]) expect(realpathSync(path)).toBe(path);
  for (const list of [bundles, hashed, anchors]) expect([...new Set(list)]).toEqual([...list]);
  expect(home).not.toBeNull();
});

test("links are followed, and what is not there or of another kind is left out", () => {
  using folder = new Folder();
  const file = folder.write("file", "x");
  symlinkSync(file, folder.at("link"));
  symlinkSync("nowhere", folder.at("dangling"));
  const all = ["link", "file", "dangling", "none", "."].map((name) => folder.at(name));
  expect(realOnes(all, "file")).toEqual([realpathSync(file)]);
  expect(realOnes(all, "directory")).toEqual([realpathSync(folder.path)]);
});

test("a file is read if it is one and not too large", () => {
  using folder = new Folder();
  const file = folder.write("file", "abc");
  expect([bytesOf(file, 3), bytesOf(file, 2), bytesOf(folder.path, 99), bytesOf(folder.at("none"), 9)]).toEqual([
    new TextEncoder().encode("abc"),
    undefined,
    undefined,
    undefined,
  ]);
});
