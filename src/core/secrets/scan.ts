/**
 * One pass over a text that finds where there is something to look at: keywords in any capitals (an Aho-Corasick automaton),
 * and texts that are looked for as they are (a filter on their last four characters, then a comparison). It costs a few
 * nanoseconds a character however many of either there are; what it finds is judged elsewhere.
 */

/** A text that is looked for, with whatever its owner wants to know of it. */
export interface Needle<Owner> {
  readonly text: string;
  readonly owner: Owner;
}

/** Where a scan has found something, in the order of the ends. */
export interface Hits<Owner> {
  /** Index of the keyword, and where it begins. */
  readonly keywords: readonly { readonly keyword: number; readonly at: number }[];
  readonly needles: readonly { readonly needle: Needle<Owner>; readonly at: number }[];
}

const FOLDED = 128;
/** 32 KiB, which stays near the processor. */
const FILTER_BITS = 18;
const TAIL = 4;

export class Scan<Owner> {
  /** Symbol of a character code; 0 for those in no keyword. */
  readonly #symbols = new Uint8Array(FOLDED);
  readonly #width: number;
  readonly #next: Uint16Array;
  /** By state: the keywords that end there. */
  readonly #ends: readonly (readonly number[])[];
  readonly #isEnd: Uint8Array;
  readonly #lengths: readonly number[];
  readonly #filter = new Uint32Array(1 << (FILTER_BITS - 5));
  readonly #needles = new Map<number, Needle<Owner>[]>();

  /** Keywords in lower case and ASCII. */
  constructor(keywords: readonly string[]) {
    this.#lengths = keywords.map(({ length }) => length);
    const signs = [...new Set(keywords.join(""))];
    this.#width = signs.length + 1;
    for (const [index, sign] of signs.entries()) {
      this.#symbols[sign.charCodeAt(0)] = index + 1;
      this.#symbols[sign.toUpperCase().charCodeAt(0)] = index + 1;
    }
    const { next, ends } = automaton(keywords, this.#symbols, this.#width);
    this.#next = next;
    this.#ends = ends;
    this.#isEnd = Uint8Array.from(ends, (list) => (list.length > 0 ? 1 : 0));
  }

  /** Looks for it from here on; it has four characters at least. */
  add(needle: Needle<Owner>): void {
    const tail = tailOf(needle.text);
    const bit = slot(tail);
    this.#filter[bit >>> 5] = (this.#filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
    const alike = this.#needles.get(tail);
    if (alike === undefined) this.#needles.set(tail, [needle]);
    else alike.push(needle);
  }

  remove(needle: Needle<Owner>): void {
    const alike = this.#needles.get(tailOf(needle.text));
    const at = alike?.indexOf(needle) ?? -1;
    if (at >= 0) alike?.splice(at, 1);
  }

  /** `null` where nothing is found, which is nearly always. */
  of(text: string): Hits<Owner> | null {
    const symbols = this.#symbols;
    const width = this.#width;
    const next = this.#next;
    const isEnd = this.#isEnd;
    const filter = this.#filter;
    let hits: { keywords: { keyword: number; at: number }[]; needles: { needle: Needle<Owner>; at: number }[] } | null =
      null;
    let state = 0;
    let tail = 0;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      state = next[state * width + (code < FOLDED ? (symbols[code] as number) : 0)] as number;
      tail = (tail << 8) | (code & 0xff);
      if (isEnd[state] === 1) {
        hits ??= { keywords: [], needles: [] };
        for (const keyword of this.#ends[state] ?? [])
          hits.keywords.push({ keyword, at: index + 1 - (this.#lengths[keyword] ?? 0) });
      }
      const bit = Math.imul(tail, GOLDEN) >>> (32 - FILTER_BITS);
      if ((((filter[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1) {
        for (const needle of this.#needles.get(tail) ?? NO_NEEDLES) {
          const at = index + 1 - needle.text.length;
          if (at < 0 || !text.startsWith(needle.text, at)) continue;
          hits ??= { keywords: [], needles: [] };
          hits.needles.push({ needle: needle as Needle<Owner>, at });
        }
      }
    }
    return hits;
  }
}

/** Spreads the tails over the filter. */
const GOLDEN = 0x9e3779b1;
const NO_NEEDLES: readonly Needle<never>[] = [];

const slot = (tail: number): number => Math.imul(tail, GOLDEN) >>> (32 - FILTER_BITS);

function tailOf(text: string): number {
  let tail = 0;
  for (let index = Math.max(0, text.length - TAIL); index < text.length; index++)
    tail = (tail << 8) | (text.charCodeAt(index) & 0xff);
  return tail;
}

/** The table of moves, state by state, and what ends where. */
function automaton(keywords: readonly string[], symbols: Uint8Array, width: number) {
  const moves: number[][] = [Array.from({ length: width }, () => -1)];
  const ends: number[][] = [[]];
  for (const [index, keyword] of keywords.entries()) {
    let state = 0;
    for (const sign of keyword) {
      const symbol = symbols[sign.charCodeAt(0)] ?? 0;
      const row = moves[state] ?? [];
      let to = row[symbol] ?? -1;
      if (to < 0) {
        to = moves.push(Array.from({ length: width }, () => -1)) - 1;
        ends.push([]);
        row[symbol] = to;
      }
      state = to;
    }
    ends[state]?.push(index);
  }
  const next = new Uint16Array(moves.length * width);
  const fallen = new Uint16Array(moves.length);
  const queue = [0];
  for (const state of queue) {
    for (let symbol = 0; symbol < width; symbol++) {
      const to = moves[state]?.[symbol] ?? -1;
      const back = state === 0 ? 0 : (next[(fallen[state] ?? 0) * width + symbol] ?? 0);
      if (to < 0) {
        next[state * width + symbol] = back;
        continue;
      }
      next[state * width + symbol] = to;
      fallen[to] = back;
      ends[to]?.push(...(ends[back] ?? []));
      queue.push(to);
    }
  }
  return { next, ends };
}
