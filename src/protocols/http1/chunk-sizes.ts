/**
 * How a body was cut into chunks, as one short text: the size lines as sent, runs of equal ones counted.
 *
 *     "1000*200 1f;name=value"     200 chunks of 4096 bytes, one of 31 with an extension; the last line is "0"
 *     "5 +000;done"                a last line other than "0"
 *
 * Space, `*`, `+` and `%` inside a line are percent-encoded. So 200 MB of small equal chunks take a few bytes.
 */
import { FormatError } from "../../core/errors.ts";

const LINES_PER_SEGMENT = 4096;
const LAST = "0";

const escapeLine = (line: string): string =>
  line.replace(/[^!-~]|[%*+]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`);

const unescapeLine = (text: string): string =>
  text.replace(/%([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Collects size lines; holds text, not a string a line. */
export class ChunkSizes {
  #segments: string[] = [];
  #recent: string[] = [];
  #line = "";
  #count = 0;
  #last: string = LAST;

  add(line: string): void {
    if (line === this.#line) {
      this.#count++;
      return;
    }
    this.#flush();
    this.#line = line;
    this.#count = 1;
  }

  /** The line of size 0 that ends the body. */
  finish(line: string): void {
    this.#last = line;
  }

  #flush(): void {
    if (this.#count === 0) return;
    const line = escapeLine(this.#line);
    this.#recent.push(this.#count === 1 ? line : `${line}*${this.#count}`);
    this.#count = 0;
    if (this.#recent.length < LINES_PER_SEGMENT) return;
    this.#segments.push(this.#recent.join(" "));
    this.#recent = [];
  }

  toString(): string {
    this.#flush();
    this.#line = "";
    const all = [...this.#segments, ...this.#recent];
    if (this.#last !== LAST) all.push(`+${escapeLine(this.#last)}`);
    return all.join(" ");
  }
}

const SIZE = /^[ \t]*([0-9a-fA-F]{1,12})[ \t]*(?:;|$)/;

/** Whether the line says a size above zero. */
const isSize = (line: string): boolean => SIZE.test(line) && chunkSize(line) > 0;

/** The size that a line says: hexadecimal, before any extension. */
export const chunkSize = (line: string): number => {
  const match = SIZE.exec(line);
  if (!match)
    throw new FormatError("format.bytes", `this is no chunk size: ${JSON.stringify(line.slice(0, 40))}`, "body");
  return Number.parseInt(match[1] ?? "", 16);
};

/** One chunk holding everything, as a sender without an opinion would cut. */
export const oneChunk = (length: number): string => (length === 0 ? "" : length.toString(16));

/** A run of chunks with the same size line. */
export interface ChunkRun {
  readonly line: string;
  readonly size: number;
  readonly count: number;
}

/** The runs that a text names, and the line that ends the body; `undefined` if the text is no such list. */
export const parseChunks = (
  text: string,
): { readonly runs: readonly ChunkRun[]; readonly last: string } | undefined => {
  const runs: ChunkRun[] = [];
  let last = LAST;
  for (const token of text === "" ? [] : text.split(" ")) {
    if (token.startsWith("+")) {
      last = unescapeLine(token.slice(1));
      continue;
    }
    const [line = "", count = "1"] = token.split("*");
    const run = { line: unescapeLine(line), count: Number(count) };
    if (!isSize(run.line) || !/^[1-9]\d{0,14}$/.test(count)) return undefined;
    runs.push({ ...run, size: chunkSize(run.line) });
  }
  return { runs, last };
};

/** The bytes that chunks so cut hold together. */
export const chunksLength = (runs: readonly ChunkRun[]): number =>
  runs.reduce((sum, run) => sum + run.size * run.count, 0);

/** The same cut if it fits a payload of this length, else one chunk. */
export const fittingChunks = (chunks: string, length: number): string => {
  const parsed = parseChunks(chunks);
  return parsed && chunksLength(parsed.runs) === length ? chunks : oneChunk(length);
};
