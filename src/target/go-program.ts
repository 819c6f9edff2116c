/**
 * What a Go program's file says of where its runtime keeps the running goroutine's number, and where functions of its HTTP
 * client begin. Stripped programs say it too: Go's own tables stay. A version that nobody has looked at is `null`, since a
 * number read from the wrong place would be a wrong answer.
 */
import { type FileHandle, open } from "node:fs/promises";
import { Elf, ThreadLocal } from "./elf.ts";
import { GoFunctions } from "./go-functions.ts";

export interface GoProgram {
  /** `1.24`. */
  readonly version: string;
  /** Offsets in runtime.g; `parent` is 0 where that version has none. `threadLocal`: g from the thread pointer, 0 if unknown. */
  readonly layout: { readonly goid: number; readonly parent: number; readonly threadLocal: number };
  /** Offsets in the file; `null` where the program has no such functions. */
  readonly client: { readonly write: number; readonly roundTrip: number } | null;
  /** Offset in the file of where the runtime has just made a goroutine; `null` where that is not found. */
  readonly begun: number | null;
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
  const functions = await GoFunctions.read(elf);
  const places =
    functions === null
      ? { client: null, begun: null }
      : { client: await clientOf(elf, functions), begun: await begunOf(elf, functions) };
  return { version: `1.${version}`, layout, ...places };
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

async function clientOf(elf: Elf, functions: GoFunctions): Promise<GoProgram["client"]> {
  const [write, roundTrip] = [
    await beginning(elf, functions, "net/http.persistConnWriter.Write"),
    await beginning(elf, functions, "net/http.(*persistConn).roundTrip"),
  ];
  return write === null || roundTrip === null ? null : { write, roundTrip };
}

/** What a function that may need more stack begins with: a comparison with g's limit, `cmp 0x10(%r14)`. */
const PROLOGUES = ["493b6610", "4d3b6610"].map((hex) => Buffer.from(hex, "hex"));
const PROLOGUE_BYTES = 24;

/** Where in the file a function begins, if what is there looks like it. */
async function beginning(elf: Elf, functions: GoFunctions, name: string): Promise<number | null> {
  const found = functions.find(name);
  const code = found === null ? null : await elf.memory(found.address, PROLOGUE_BYTES);
  if (found === null || code === null) return null;
  const bytes = Buffer.from(code.buffer, code.byteOffset, code.byteLength);
  const isLikely = process.arch !== "x64" || PROLOGUES.some((each) => bytes.includes(each));
  return isLikely ? elf.offsetOf(found.address) : null;
}

/** The place behind the one call of runtime.newproc1 in runtime.newproc, which runs on another stack. */
async function begunOf(elf: Elf, functions: GoFunctions): Promise<number | null> {
  const [caller, called] = [functions.find("runtime.newproc.func1"), functions.find("runtime.newproc1")];
  const code = caller === null ? null : await elf.memory(caller.address, caller.size);
  if (caller === null || called === null || code === null) return null;
  const behind = process.arch === "x64" ? behindCall(code, called.address - caller.address) : null;
  return behind === null ? null : elf.offsetOf(caller.address + behind);
}

const CALL = 0xe8;
const CALL_BYTES = 5;

/** x86-64: `call` with a distance of 4 bytes, from its own end. */
function behindCall(code: DataView, distance: number): number | null {
  for (let end = CALL_BYTES; end <= code.byteLength; end++) {
    if (code.getUint8(end - CALL_BYTES) === CALL && code.getInt32(end - 4, true) === distance - end) return end;
  }
  return null;
}
