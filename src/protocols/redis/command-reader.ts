/**
 * Takes a client's bytes apart into commands: lists of strings, or a line of words as a person types it (inline).
 * Its counterpart for what servers say is `reply-reader.ts`.
 */
import { FormatError } from "../../core/errors.ts";
import { ByteQueue } from "../../lib/bytes/byte-queue.ts";
import { type Word, wordOf } from "../../lib/bytes/text.ts";

const LINE_MOST = 64 * 1024;
const WORDS_MOST = 1 << 20;
const LONGEST = 512 * 1024 * 1024;

export class CommandReader {
  readonly #queue = new ByteQueue();
  #words: Word[] = [];
  /** Words that the command still lacks; 0 between commands. */
  #left = 0;
  /** The length of the string that comes next, or -1 before it is said. */
  #length = -1;

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /** The words of the next whole command, at least one; or `undefined`. */
  next(): readonly Word[] | undefined {
    for (;;) {
      if (this.#left === 0 && !this.#begin()) return undefined;
      if (this.#left > 0 && !this.#read()) return undefined;
      if (this.#left > 0 || this.#words.length === 0) continue;
      const words = this.#words;
      this.#words = [];
      return words;
    }
  }

  /** Whether a line could be read that begins a command. */
  #begin(): boolean {
    const line = this.#line();
    if (line === undefined) return false;
    if (!line.startsWith("*")) {
      this.#words = inlineWords(line);
      return true;
    }
    // `*0` and `*-1` are passed over by servers.
    if (!/^\*(?:-1|\d{1,7})$/.test(line)) throw wrong(`a command of ${line.slice(1, 20)} words`);
    this.#left = Math.max(0, Number(line.slice(1)));
    if (this.#left > WORDS_MOST) throw wrong(`a command of ${this.#left} words`);
    return true;
  }

  /** Whether all words of the command are there. */
  #read(): boolean {
    while (this.#left > 0) {
      if (this.#length < 0) {
        const line = this.#line();
        if (line === undefined) return false;
        if (!/^\$\d{1,10}$/.test(line) || Number(line.slice(1)) > LONGEST) throw wrong(`a word that begins with ${line.slice(0, 20)}`); // prettier-ignore
        this.#length = Number(line.slice(1));
      }
      const bytes = this.#queue.exactly(this.#length + 2);
      if (bytes === undefined) return false;
      this.#words.push(wordOf(bytes.subarray(0, this.#length)));
      this.#length = -1;
      this.#left--;
    }
    return true;
  }

  #line(): string | undefined {
    const line = this.#queue.line();
    if (line === undefined && this.#queue.size > LINE_MOST) throw wrong("a line without an end");
    if (line === undefined) return undefined;
    const end = line.at(-2) === 13 ? -2 : -1;
    const text = wordOf(line.subarray(0, end));
    if (typeof text !== "string") throw wrong("a command that is no text");
    return text;
  }
}

/** Words between white space; quoted ones may hold any. https://redis.io/docs/latest/develop/reference/protocol-spec */
function inlineWords(line: string): Word[] {
  const words: Word[] = [];
  for (const [, double, single, plain] of line.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g)) {
    words.push(double === undefined ? (single?.replaceAll("\\'", "'") ?? plain ?? "") : unescaped(double));
  }
  return words;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7 };

function unescaped(text: string): Word {
  const bytes: number[] = [];
  for (const [piece, hex, escape] of text.matchAll(/\\x([0-9a-fA-F]{2})|\\(.)|[^\\]+/g)) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (escape !== undefined) bytes.push(ESCAPES[escape] ?? escape.charCodeAt(0));
    else bytes.push(...Buffer.from(piece));
  }
  return wordOf(Uint8Array.from(bytes));
}

const wrong = (what: string) => new FormatError("format.bytes", `RESP has no ${what}`, "command");
