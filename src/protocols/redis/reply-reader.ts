/**
 * Takes a server's bytes apart into replies, however they are cut. Nothing is looked at twice and nothing is made for a
 * length that is only claimed. Its counterpart for what clients say is `command-reader.ts`.
 */
import { FormatError } from "../../core/errors.ts";
import { ByteQueue } from "../../lib/bytes/byte-queue.ts";
import { type Word, wordOf } from "../../lib/bytes/text.ts";
import type { Value } from "./value.ts";

/** Lines longer than this are no reply's: errors and statuses are short. */
const LINE_MOST = 64 * 1024;
const DEEPEST = 128;

/** An aggregate whose parts are still coming. */
interface Open {
  readonly sign: string;
  left: number;
  readonly items: Value[];
}

type Long = "bulk" | "bulkError" | "verbatim";

const LONG: Readonly<Record<string, Long>> = { $: "bulk", "!": "bulkError", "=": "verbatim" };
const NUMBERS: Readonly<Record<string, { readonly type: "integer" | "double" | "big"; readonly form: RegExp }>> = {
  ":": { type: "integer", form: /^-?\d+$/ },
  ",": { type: "double", form: /^(?:-?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|inf)|-?nan)$/ },
  "(": { type: "big", form: /^-?\d+$/ },
};

export class ReplyReader {
  readonly #queue = new ByteQueue();
  readonly #open: Open[] = [];
  #long: { readonly type: Long; readonly length: number } | null = null;

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /** Whether the end of what was pushed is the end of a reply. */
  get isBetween(): boolean {
    return this.#queue.size === 0 && this.#open.length === 0 && this.#long === null;
  }

  /** The next whole reply, or `undefined`; throws `FormatError` at what no server says. */
  next(): Value | undefined {
    for (;;) {
      const part = this.#part();
      if (part === undefined) return undefined;
      const whole = this.#place(part);
      if (whole !== undefined) return whole;
    }
  }

  /** A value without parts, or an aggregate with none; one with parts is opened, and the next part is read. */
  #part(): Value | undefined {
    for (;;) {
      if (this.#long !== null) return this.#readLong(this.#long);
      const line = this.#line();
      if (line === undefined) return undefined;
      const begun = this.#begin(line);
      if (begun !== undefined) return begun;
    }
  }

  #line(): Word | undefined {
    const line = this.#queue.line();
    if (line === undefined) {
      if (this.#queue.size > LINE_MOST) throw wrong("a line without an end");
      return undefined;
    }
    if (line.length < 3 || line.at(-2) !== 13) throw wrong("a line that ends without CR");
    return wordOf(line.subarray(0, -2));
  }

  #begin(line: Word): Value | undefined {
    if (typeof line !== "string") return lineOf(String.fromCharCode(line[0] ?? 0), line.subarray(1));
    const sign = line[0] ?? "";
    const text = line.slice(1);
    if (sign === "+" || sign === "-") return lineOf(sign, text);
    const number = NUMBERS[sign];
    if (number !== undefined) {
      if (!number.form.test(text)) throw wrong(`the number ${text}`);
      return { type: number.type, text };
    }
    if (sign in LONG) {
      if (sign === "$" && text === "-1") return { type: "null", of: "string" };
      this.#long = { type: LONG[sign] ?? "bulk", length: count(text) };
      return undefined;
    }
    if (sign === "_" && text === "") return { type: "null", of: "any" };
    if (sign === "#" && (text === "t" || text === "f")) return { type: "boolean", is: text === "t" };
    if (sign === "*" && text === "-1") return { type: "null", of: "list" };
    if (!"*~>%|".includes(sign) || sign === "") throw wrong(`a reply that begins with ${JSON.stringify(sign)}`);
    return this.#openAggregate(sign, count(text));
  }

  #openAggregate(sign: string, length: number): Value | undefined {
    if (this.#open.length >= DEEPEST) throw wrong("a reply that is nested too deeply");
    const left = sign === "%" ? length * 2 : sign === "|" ? length * 2 + 1 : length;
    const open = { sign, left, items: [] };
    if (left === 0) return closed(open);
    this.#open.push(open);
    return undefined;
  }

  #readLong({ type, length }: { type: Long; length: number }): Value | undefined {
    const bytes = this.#queue.exactly(length + 2);
    if (bytes === undefined) return undefined;
    if (bytes[length] !== 13 || bytes[length + 1] !== 10) throw wrong("a string that is longer than it says");
    this.#long = null;
    return { type, bytes: bytes.subarray(0, length) };
  }

  /** Puts a part where it belongs; gives the whole reply once it is. */
  #place(part: Value): Value | undefined {
    for (let value = part; ;) {
      const open = this.#open.at(-1);
      if (open === undefined) return value;
      open.items.push(value);
      if (--open.left > 0) return undefined;
      this.#open.pop();
      value = closed(open);
    }
  }
}

function lineOf(sign: string, text: Word): Value {
  if (sign !== "+" && sign !== "-") throw wrong("a line that is no text");
  return { type: sign === "+" ? "status" : "error", text };
}

function closed({ sign, items }: Open): Value {
  switch (sign) {
    case "%":
      return { type: "map", entries: pairs(items) };
    case "|":
      return { type: "attributed", attributes: pairs(items.slice(0, -1)), value: items.at(-1) as Value };
    case "~":
      return { type: "set", items };
    case ">":
      return { type: "push", items };
    default:
      return { type: "list", items };
  }
}

function pairs(items: readonly Value[]): [Value, Value][] {
  const entries: [Value, Value][] = [];
  for (let at = 0; at + 1 < items.length; at += 2) entries.push([items[at] as Value, items[at + 1] as Value]);
  return entries;
}

function count(text: string): number {
  if (!/^(?:0|[1-9]\d{0,9})$/.test(text)) throw wrong(`the length ${text}`);
  return Number(text);
}

const wrong = (what: string) => new FormatError("format.bytes", `RESP has no ${what}`, "reply");
