import { expect, test } from "bun:test";
import { ptr } from "bun:ffi";
import { closeSync, openSync, readFileSync } from "node:fs";
import { memoryFile } from "../../ffi/libc.ts";
import { writeAll } from "../../src/capture/write-all.ts";
import { Folder } from "../support/folder.ts";

const noise = (bytes: number): Uint8Array => {
  const made = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 1 << 16) crypto.getRandomValues(made.subarray(at, at + (1 << 16)));
  return made;
};

const pieces = [100, 3 << 20, 7, (2 << 20) + 13, 1 << 20, 5000].map(noise);
const written = (file: number) => pieces.map((piece) => writeAll(file, ptr(piece), piece.length));

test("little and much come in order, each behind the last", () => {
  using folder = new Folder();
  const file = openSync(folder.at("out"), "wx");
  expect(written(file)).toEqual(pieces.map(() => 0));
  closeSync(file);
  expect(readFileSync(folder.at("out")).equals(Buffer.concat(pieces))).toBeTrue();
});

test("a file system that lets nothing pass the page cache is written to all the same", () => {
  const file = memoryFile("out", false);
  expect(written(file)).toEqual(pieces.map(() => 0));
  expect(readFileSync(`/proc/self/fd/${file}`).equals(Buffer.concat(pieces))).toBeTrue();
  closeSync(file);
});

test("nothing is no error, and an error has its number", () => {
  const bytes = noise(2 << 20);
  const full = openSync("/dev/full", "w");
  expect([writeAll(-1, 0, 0), writeAll(-1, ptr(bytes), 10), writeAll(-1, ptr(bytes), bytes.length)]).toEqual([0, 9, 9]);
  expect(writeAll(full, ptr(bytes), bytes.length)).toBe(28);
  closeSync(full);
});
