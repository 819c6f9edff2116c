/**
 * Where a Go program's functions are, by the table that its own runtime needs (.gopclntab): stripped programs have it too.
 * It reads what Go writes from 1.18 on.
 */
import { type Elf, numberAt } from "./elf.ts";

/** A function's code in memory. */
export interface GoFunction {
  readonly address: number;
  readonly size: number;
}

/** The table by the number at its beginning: from 1.18 to 1.19, and from 1.20 on. */
const TABLES: readonly number[] = [0xffff_fff0, 0xffff_fff1];
const SECTIONS = [".gopclntab", ".data.rel.ro.gopclntab"];
const WORD = 8;
const PAIR = 8;

/**
 * The table's head: magic, 2 zeros, instruction size, pointer size; then words: functions, files, start of the code, and
 * where its parts begin: names, units, files, program counters, functions. The last holds pairs (code, entry) of 4 bytes
 * each; an entry is (code, name).
 */
export class GoFunctions {
  readonly #table: DataView;
  readonly #text: Buffer;
  readonly #start: number;

  private constructor(table: DataView, start: number) {
    this.#table = table;
    this.#text = Buffer.from(table.buffer, table.byteOffset, table.byteLength);
    this.#start = start;
  }

  static async read(elf: Elf): Promise<GoFunctions | null> {
    const name = SECTIONS.find((each) => elf.sections.has(each));
    const table = name === undefined ? null : await elf.section(name);
    if (table === null || !TABLES.includes(table.getUint32(0, true))) return null;
    // The code's start is left to the loader in some programs.
    const start = wordOf(table, 2) || ((await elf.symbol("runtime.text")) ?? elf.sections.get(".text")?.address ?? 0);
    return new GoFunctions(table, start);
  }

  find(name: string): GoFunction | null {
    const table = this.#table;
    const [count, names, functions] = [wordOf(table, 0), wordOf(table, 3), wordOf(table, 7)];
    const nameAt = this.#text.indexOf(`\0${name}\0`, names) + 1 - names;
    if (nameAt <= 0) return null;
    for (let at = functions; at < functions + count * PAIR; at += PAIR) {
      const entry = functions + table.getUint32(at + 4, true);
      if (table.getUint32(entry + 4, true) !== nameAt) continue;
      const code = table.getUint32(at, true);
      return { address: this.#start + code, size: table.getUint32(at + PAIR, true) - code };
    }
    return null;
  }
}

const wordOf = (table: DataView, index: number): number => numberAt(table, WORD + index * WORD);
