import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { EnvironmentError } from "../../src/core/errors.ts";
import { handOver, makeFolder, writeFresh, writePieces, writeWhole } from "../../src/store/write-file.ts";
import { Folder } from "../support/folder.ts";

test("a file is replaced as a whole and nothing is left beside it", () => {
  using folder = new Folder();
  writeWhole(folder.at("a"), "first", null);
  writeWhole(folder.at("a"), new Uint8Array([0x78]), null);
  expect([readdirSync(folder.path), readFileSync(folder.at("a"), "utf8")]).toEqual([["a"], "x"]);
});

test("a fresh file takes nobody's place", () => {
  using folder = new Folder();
  writeFresh(folder.at("a"), "drei ✓", null);
  expect(() => writeFresh(folder.at("a"), "other", null)).toThrow(/^failed to write .*a: EEXIST/);
  expect([readdirSync(folder.path), readFileSync(folder.at("a"), "utf8")]).toEqual([["a"], "drei ✓"]);
});

test("pieces make one file, in their order", () => {
  using folder = new Folder();
  writeWhole(folder.at("a"), "longer than what replaces it", null);
  writePieces(folder.at("a"), ["one, ", "two, ", "drei ✓"], null);
  expect([readdirSync(folder.path), readFileSync(folder.at("a"), "utf8")]).toEqual([["a"], "one, two, drei ✓"]);
});

test("a failure is a sentence that names the file, and leaves nothing", () => {
  using folder = new Folder();
  mkdirSync(folder.at("taken/x"), { recursive: true });
  expect(() => writeWhole(folder.at("taken"), "text", null)).toThrow(EnvironmentError);
  expect(() => writeWhole(folder.at("no/such/a"), "text", null)).toThrow(/^failed to write .*no\/such\/a: ENOENT/);
  expect(readdirSync(folder.path)).toEqual(["taken"]);
});

test.skipIf(process.getuid?.() !== 0)("files and the folders made for them are handed over (needs root)", () => {
  using folder = new Folder();
  const owner = { uid: 1234, gid: 2345 };
  makeFolder(folder.at("a/b"), owner);
  writeWhole(folder.at("a/b/c"), "x", owner);
  writeFresh(folder.at("a/b/e"), "x", owner);
  folder.write("d", "x");
  handOver(folder.at("d"), owner);
  for (const name of ["a", "a/b", "a/b/c", "a/b/e", "d"]) {
    const { uid, gid } = statSync(folder.at(name));
    expect({ uid, gid }).toEqual(owner);
  }
  expect(statSync(folder.path).uid).toBe(0);
});
