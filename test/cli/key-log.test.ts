import { expect, test } from "bun:test";
import { chmodSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { openKeyLog } from "../../src/cli/key-log.ts";
import { Folder } from "../support/folder.ts";

test("lines are appended, to a file that is its owner's alone", () => {
  using folder = new Folder();
  const path = folder.write("keys", "before\n");
  chmodSync(path, 0o644);
  const log = openKeyLog(path, null);
  log.line("CLIENT_RANDOM 00 11");
  log.line("CLIENT_RANDOM 22 33");
  log.close();
  expect(readFileSync(path, "utf8")).toBe("before\nCLIENT_RANDOM 00 11\nCLIENT_RANDOM 22 33\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a folder that is not there, or a link, is a sentence", () => {
  using folder = new Folder();
  symlinkSync(folder.write("real", ""), folder.at("link"));
  expect(() => openKeyLog(folder.at("no/keys"), null)).toThrow("given with --keylog, cannot be written to: ENOENT.");
  expect(() => openKeyLog(folder.at("link"), null)).toThrow("cannot be written to: ELOOP.");
});
