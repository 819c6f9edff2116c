/**
 * What a Go program's file says of where its runtime keeps the running goroutine's number, and where functions of its HTTP
 * client begin. Stripped programs say it too: Go's own tables stay. A version that nobody has looked at is `null`, since a
 * number read from the wrong place would be a wrong answer.
 */
import { type FileHandle, open } from "node:fs/promises";
import { Elf, numberAt, ThreadLocal } from "./elf.ts";

export interface GoProgram {
  /** `1.24`. */
  readonly version: string;
  /** Offsets in runtime.g; `parent` is 0 where that version has none. `threadLocal`: g from the thread pointer, 0 if unknown. */
  readonly layout: { readonly goid: number; readonly parent: number; readonly threadLocal: number };
  /** Offsets in the file; `null` where the program has no such functions. */
  readonly client: { readonly writeLoop: number; readonly roundTrip: number } | null;
}

/** By minor version of Go 1: where runtime.g has goid and parentGoid. */
const GOROUTINES: Readonly<Record<number, { readonly goid: number; readonly parent: number }>> = {
  18: { goid: 152, parent: 0 },
  19: { goid: 152, parent: 0 },
  20: { goid: 152, parent: 0 },
  21: { goid: 152, parent: 272 },
  22: { goid: 152, parent: 272 },
  23: { goid: 160, parent: 280 },
  24: { goid: 160, parent: 280 },
  25: { goid: 152, parent: 272 },
  26: { goid: 152, parent: 280 },
};

const MAGIC = Buffer.from("\xff Go buildinf:", "latin1");
const INLINE_TEXTS = 2;
const TEXTS_AT = 32;
const MOST_TEXT = 128;

/** Reads the program of a file (or `/proc/PID/exe`); `null` for every other one. */
export async function readGoProgram(path: string): Promise<GoProgram | null> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch {
    return null;
  }
  try {
    const elf = await Elf.read(file);
    return elf === null ? null : await goProgramOf(elf);
  } catch {
    // A file that is cut short or damaged.
    return null;
  } finally {
    await file.close();
  }
}

async function goProgramOf(elf: Elf): Promise<GoProgram | null> {
  const version = await versionOf(elf);
  const goroutine = version === null ? undefined : GOROUTINES[version];
  if (goroutine === undefined) return null;
  const layout = { ...goroutine, threadLocal: await threadLocalOf(elf) };
  return { version: `1.${version}`, layout, client: await clientOf(elf) };
}

/** The minor version, from the build's own description, which begins with it. */
async function versionOf(elf: Elf): Promise<number | null> {
  const section = elf.sections.get(".go.buildinfo");
  const head = section === undefined ? null : await elf.section(".go.buildinfo");
  if (head === null) return null;
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC) || ((bytes[15] ?? 0) & INLINE_TEXTS) === 0) return null;
  const length = bytes[TEXTS_AT] ?? 0;
  if (length >= MOST_TEXT) return null;
  const text = bytes.toString("latin1", TEXTS_AT + 1, TEXTS_AT + 1 + length);
  const minor = /\bgo1\.(\d+)/.exec(text)?.[1];
  return minor === undefined ? null : Number(minor);
}

const WORD = 8;

/** On x86-64 a thread's variables end where its thread pointer points. */
async function threadLocalOf(elf: Elf): Promise<number> {
  const own = elf.segments.find(({ type }) => type === ThreadLocal);
  if (own === undefined) return -WORD;
  const alignment = Math.max(1, own.alignment);
  const size = Math.ceil(own.memorySize / alignment) * alignment;
  if (own.memorySize === WORD) return -size;
  const at = await elf.symbol("runtime.tlsg");
  return at === null ? 0 : at - size;
}

/** The table of functions, by the number at its beginning: from 1.18 to 1.19, and from 1.20 on. */
const TABLES: readonly number[] = [0xffff_fff0, 0xffff_fff1];

async function clientOf(elf: Elf): Promise<GoProgram["client"]> {
  const name = [".gopclntab", ".data.rel.ro.gopclntab"].find((each) => elf.sections.has(each));
  const table = name === undefined ? null : await elf.section(name);
  if (table === null || !TABLES.includes(table.getUint32(0, true))) return null;
  const [writeLoop, roundTrip] = [
    await functionAt(elf, table, "net/http.(*persistConn).writeLoop"),
    await functionAt(elf, table, "net/http.(*persistConn).roundTrip"),
  ];
  return writeLoop === null || roundTrip === null ? null : { writeLoop, roundTrip };
}

/**
 * Where in the file a function begins. The table's head: magic, 2 zeros, instruction size, pointer size; then words:
 * functions, files, start of the code, and where its parts begin: names, units, files, program counters, functions. The last
 * holds pairs (code, entry) of 4 bytes each; an entry is (code, name).
 */
async function functionAt(elf: Elf, table: DataView, name: string): Promise<number | null> {
  const word = (index: number): number => numberAt(table, WORD + index * WORD);
  const [count, names, functions] = [word(0), word(3), word(7)];
  const text = Buffer.from(table.buffer, table.byteOffset, table.byteLength);
  const nameAt = text.indexOf(`\0${name}\0`, names) + 1 - names;
  if (nameAt <= 0) return null;
  for (let i = 0; i < count; i++) {
    const entry = functions + table.getUint32(functions + i * 8 + 4, true);
    if (table.getUint32(entry + 4, true) !== nameAt) continue;
    return await beginning(elf, word(2), table.getUint32(entry, true));
  }
  return null;
}

/** What a function that may need more stack begins with: a comparison with g's limit, `cmp 0x10(%r14)`. */
const PROLOGUES = ["493b6610", "4d3b6610"].map((hex) => Buffer.from(hex, "hex"));
const PROLOGUE_BYTES = 24;

/** The code's start is left to the loader in some programs; what is found there must look like a function's beginning. */
async function beginning(elf: Elf, start: number, offset: number): Promise<number | null> {
  const from = start || ((await elf.symbol("runtime.text")) ?? elf.sections.get(".text")?.address ?? 0);
  const code = await elf.memory(from + offset, PROLOGUE_BYTES);
  if (code === null) return null;
  const bytes = Buffer.from(code.buffer, code.byteOffset, code.byteLength);
  const isLikely = process.arch !== "x64" || PROLOGUES.some((each) => bytes.includes(each));
  return isLikely ? elf.offsetOf(from + offset) : null;
}
