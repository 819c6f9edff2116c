/**
 * Whether the app may be a Go program with lib/pq in it, which ends at once where it finds PGCHANNELBINDING set. Looked
 * for in the programs that the command names, in those that its scripts name, and in the modules of its directory.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Surroundings } from "./runtimes.ts";
import { bytesOf } from "./system.ts";
import { textsOf } from "./texts.ts";
import type { Walked } from "./walk.ts";
import { pathsIn } from "./words.ts";

const MODULE = "github.com/lib/pq";
const MOST_PROGRAM_BYTES = 256 << 20;
const MOST_NAMES_BYTES = 64 << 10;
/** Commands that make a program out of what lies in the directory. */
const BUILDS_GO = /(?:^|[\s;&|(/])(?:go|air|make|task|just|mage|gow|reflex|bazel)(?:\s|$)/;

export function refusesChannelBinding(surroundings: Surroundings, walked: Walked): boolean {
  const holdsModule = (path: string): boolean => {
    const bytes = bytesOf(path, MOST_PROGRAM_BYTES);
    return bytes !== undefined && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(MODULE);
  };
  if (BUILDS_GO.test(surroundings.command) && walked.goModules.some(holdsModule)) return true;
  const programs = programsIn(surroundings.command, surroundings);
  const [, ...scripts] = textsOf(surroundings);
  const inScripts = scripts.flatMap((text) => programsIn(text, surroundings));
  return [...new Set([...programs, ...inScripts])].some((path) => isGoProgram(path) && holdsModule(path));
}

/** Files that the words of a text name, by path or by PATH. */
function programsIn(text: string, { cwd, env, home }: Surroundings): string[] {
  const folders = (env["PATH"] ?? "").split(":").filter((folder) => folder.startsWith("/"));
  const names = text.split(/[\s;&|()<>"']+/).filter((word) => /^[\w.+-]+$/.test(word));
  const found = names.slice(0, 64).flatMap((name) => {
    const folder = folders.find((each) => existsSync(join(each, name)));
    return folder === undefined ? [] : [join(folder, name)];
  });
  return [...new Set([...pathsIn(text, { cwd, home }), ...found])].filter(isFile);
}

const isFile = (path: string): boolean => {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** Whether it is an ELF file with the section that Go's linker puts into every program. */
function isGoProgram(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    const head = readAt(fd, 0, 64);
    if (head.length < 64 || head.readUInt32BE(0) !== 0x7f454c46 || head[4] !== 2) return false;
    const [size, count, names] = [head.readUInt16LE(58), head.readUInt16LE(60), head.readUInt16LE(62)];
    const sections = readAt(fd, Number(head.readBigUInt64LE(40)), size * count);
    const entry = sections.subarray(size * names, size * (names + 1));
    if (entry.length < 64) return false;
    const length = Math.min(Number(entry.readBigUInt64LE(32)), MOST_NAMES_BYTES);
    return readAt(fd, Number(entry.readBigUInt64LE(24)), length).includes(".go.buildinfo\0");
  } finally {
    closeSync(fd);
  }
}

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
}
