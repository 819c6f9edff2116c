import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { refusesChannelBinding } from "../../../src/target/trust/channel-binding.ts";
import { walk } from "../../../src/target/trust/walk.ts";
import { Folder } from "../../support/folder.ts";

/** An ELF file as far as it is looked at: a header, one section's name, and a word behind it. */
const elf = (section: string, word: string): Buffer => {
  const names = `\0${section}\0`;
  const bytes = Buffer.alloc(64 + 64 + names.length + word.length);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes[4] = 2;
  bytes.writeBigUInt64LE(64n, 40);
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt16LE(1, 60);
  bytes.writeBigUInt64LE(128n, 64 + 24);
  bytes.writeBigUInt64LE(BigInt(names.length), 64 + 32);
  bytes.write(names + word, 128, "latin1");
  return bytes;
};

test("a Go program with lib/pq in it is known, by path, by PATH and out of a script", () => {
  using folder = new Folder();
  writeFileSync(folder.at("with"), elf(".go.buildinfo", "dep\tgithub.com/lib/pq\tv1.12.3"));
  writeFileSync(folder.at("without"), elf(".go.buildinfo", "dep\tgithub.com/jackc/pgx\tv5"));
  writeFileSync(folder.at("other"), elf(".text", "github.com/lib/pq"));
  folder.write("start.sh", "#!/bin/sh\nexec ./with\n");
  folder.write("notes.txt", "github.com/lib/pq");
  const refuses = (command: string, PATH = "") =>
    refusesChannelBinding({ command, cwd: folder.path, env: { PATH }, home: null }, walk(folder.path));
  expect(
    ["./with --x", "sh start.sh", "./without", "./other", "cat notes.txt", "with"].map((each) => refuses(each)),
  ).toEqual([true, true, false, false, false, true]);
  expect(refuses("cd / && with", folder.path)).toBe(true);
});

test("modules of the directory count for commands that build them", () => {
  using folder = new Folder();
  folder.write("go.mod", "module shop\n\nrequire github.com/lib/pq v1.12.3\n");
  const refuses = (command: string) =>
    refusesChannelBinding({ command, cwd: folder.path, env: {}, home: null }, walk(folder.path));
  expect([refuses("go run ."), refuses("cd x; make serve"), refuses("python app.py")]).toEqual([true, true, false]);
});
