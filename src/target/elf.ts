/**
 * A 64-bit little-endian ELF file, as far as a program's own layout is asked for: its sections, its segments, one symbol.
 * It reads the parts that it is asked for and never the whole. What is no such file, or is cut short, is `null`.
 */
import type { FileHandle } from "node:fs/promises";

/** A piece of the file and where it lies in memory. */
export interface Section {
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

export interface Segment extends Section {
  readonly type: number;
  /** In memory, with what the file leaves out. */
  readonly memorySize: number;
  readonly alignment: number;
}

/** Segment types. */
export const Load = 1;
export const ThreadLocal = 7;

const HEAD_BYTES = 64;
const SEGMENT_BYTES = 56;
const SECTION_BYTES = 64;
const SYMBOL_BYTES = 24;
const NO_BITS = 8;
/** More is no program of this world. */
const MOST_SECTIONS = 4_096;
const MOST_BYTES = 512 << 20;

export class Elf {
  readonly #file: FileHandle;
  readonly segments: readonly Segment[];
  readonly sections: ReadonlyMap<string, Section>;

  private constructor(file: FileHandle, segments: readonly Segment[], sections: ReadonlyMap<string, Section>) {
    this.#file = file;
    this.segments = segments;
    this.sections = sections;
  }

  static async read(file: FileHandle): Promise<Elf | null> {
    const head = await bytesAt(file, 0, HEAD_BYTES);
    // 64 bits, little-endian.
    if (head?.getUint32(0) !== 0x7f45_4c46 || head.getUint16(4) !== 0x0201) return null;
    const segments = await tableOf(file, numberAt(head, 32), head.getUint16(56, true), SEGMENT_BYTES);
    const sections = await tableOf(file, numberAt(head, 40), head.getUint16(60, true), SECTION_BYTES);
    if (segments === null || sections === null) return null;
    const names = sections[head.getUint16(62, true)];
    const text = names === undefined ? null : await bytesAt(file, numberAt(names, 24), numberAt(names, 32));
    return new Elf(file, segments.map(segmentOf), text === null ? new Map() : named(sections, text));
  }

  /** A section's bytes; `null` where there is none of that name. */
  async section(name: string): Promise<DataView | null> {
    const found = this.sections.get(name);
    return found === undefined ? null : await bytesAt(this.#file, found.offset, found.size);
  }

  /** The bytes of the file that lie at that address in memory. */
  async memory(address: number, length: number): Promise<DataView | null> {
    const offset = this.offsetOf(address);
    return offset === null ? null : await bytesAt(this.#file, offset, length);
  }

  /** Where in the file what is at that address in memory lies. */
  offsetOf(address: number): number | null {
    const within = this.segments.find(
      ({ type, address: from, size }) => type === Load && address >= from && address < from + size,
    );
    return within === undefined ? null : address - within.address + within.offset;
  }

  /** The value of a symbol; `null` where it is not there, as in a stripped program. */
  async symbol(name: string): Promise<number | null> {
    return await this.#symbol(name, ".symtab", ".strtab");
  }

  /** The same of what others may link to, which stays. */
  async exported(name: string): Promise<number | null> {
    return await this.#symbol(name, ".dynsym", ".dynstr");
  }

  async #symbol(name: string, table: string, texts: string): Promise<number | null> {
    const [symbols, names] = [await this.section(table), await this.section(texts)];
    if (symbols === null || names === null) return null;
    const text = Buffer.from(names.buffer, names.byteOffset, names.byteLength);
    const at = text.indexOf(`\0${name}\0`) + 1;
    if (at === 0) return null;
    for (let i = 0; i + SYMBOL_BYTES <= symbols.byteLength; i += SYMBOL_BYTES) {
      if (symbols.getUint32(i, true) === at) return numberAt(symbols, i + 8);
    }
    return null;
  }
}

/** A 64-bit number that stands for a place or a size. */
export const numberAt = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

async function bytesAt(file: FileHandle, offset: number, length: number): Promise<DataView | null> {
  if (length > MOST_BYTES) return null;
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  return bytesRead < length ? null : new DataView(bytes.buffer);
}

async function tableOf(file: FileHandle, offset: number, count: number, size: number): Promise<DataView[] | null> {
  if (count > MOST_SECTIONS) return null;
  const table = await bytesAt(file, offset, count * size);
  return table === null ? null : Array.from({ length: count }, (_, i) => new DataView(table.buffer, i * size, size));
}

const segmentOf = (entry: DataView): Segment => ({
  type: entry.getUint32(0, true),
  offset: numberAt(entry, 8),
  address: numberAt(entry, 16),
  size: numberAt(entry, 32),
  memorySize: numberAt(entry, 40),
  alignment: numberAt(entry, 48),
});

function named(sections: readonly DataView[], text: DataView): Map<string, Section> {
  const names = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const filled = sections.filter((entry) => entry.getUint32(4, true) !== NO_BITS);
  return new Map(
    filled.map((entry) => {
      const at = entry.getUint32(0, true);
      const name = names.toString("latin1", at, Math.max(at, names.indexOf(0, at)));
      return [name, { address: numberAt(entry, 16), offset: numberAt(entry, 24), size: numberAt(entry, 32) }];
    }),
  );
}
