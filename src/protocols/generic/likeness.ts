/**
 * How alike two requests are that nobody understands, from 0 to 1: twice what they share in order, over what both have. In
 * text a word counts whole, since `get 7` and `get 8` ask for different things however few bytes differ; in bytes each
 * one counts, and a short message is never merely alike. What it may cost is bounded: past that, nothing is alike.
 */
import { readableText } from "../../lib/bytes/text.ts";

/** Below this nothing may be served; whoever asks does not need to know how far below. */
export const LIKE_FROM = 0.8;

const TEXT_MOST = 256 * 1024;
const BYTES_MOST = 4 * 1024 * 1024;
const SHORT = 16;
const EDITS_MOST = 1000;
/** Steps for all the candidates of one request: some hundred milliseconds. */
const BUDGET = 50_000_000;

type Parts = readonly string[] | Uint8Array;

/** A word with the signs about it, so that `x<5` is not `x>5`; or signs that stand alone. */
const WORD = /[^\p{L}\p{N}_\s]*[\p{L}\p{N}_]+[^\p{L}\p{N}_\s]*|[^\p{L}\p{N}_\s]+/gu;

/** Compares one request with recorded ones; give each request its own. */
export class Likeness {
  readonly #asked: Uint8Array;
  #askedParts: Parts | null | undefined;
  #budget = BUDGET;

  constructor(asked: Uint8Array) {
    this.#asked = asked;
  }

  /** 0 for whatever is less alike than `LIKE_FROM`. */
  to(recorded: Uint8Array): number {
    const lengths = [recorded.length, this.#asked.length];
    // A word counts as one whatever its length, but what has twice the bytes is something else.
    if (Math.min(...lengths) * 2 < Math.max(...lengths)) return 0;
    this.#budget -= recorded.length;
    if (this.#budget < 0) return 0;
    this.#askedParts ??= partsOf(this.#asked);
    const [asked, parts] = [this.#askedParts, partsOf(recorded)];
    if (asked === null || parts === null || Array.isArray(asked) !== Array.isArray(parts)) return 0;
    const total = asked.length + parts.length;
    const edits = this.#edits(parts, asked, Math.min(EDITS_MOST, Math.floor((1 - LIKE_FROM) * total)));
    return edits === null || total === 0 ? 0 : 1 - edits / total;
  }

  /** Parts to take out and put in to make one of the other: Myers' greedy walk along diagonals. */
  #edits(a: Parts, b: Parts, most: number): number | null {
    const reach = new Int32Array(2 * most + 3);
    const middle = most + 1;
    for (let edits = 0; edits <= most; edits++) {
      for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
        const down = reach[middle + diagonal + 1] ?? 0;
        const right = (reach[middle + diagonal - 1] ?? 0) + 1;
        const isDown = diagonal === -edits || (diagonal !== edits && right <= down);
        let at = edits === 0 ? 0 : isDown ? down : right;
        const from = at;
        while (at < a.length && at - diagonal < b.length && a[at] === b[at - diagonal]) at++;
        reach[middle + diagonal] = at;
        this.#budget -= at - from + 1;
        if (at >= a.length && at - diagonal >= b.length) return edits;
      }
      if (this.#budget < 0) return null;
    }
    return null;
  }
}

/** Words of what is text; else the bytes; `null` for what is too short or too long to be called alike. */
function partsOf(bytes: Uint8Array): Parts | null {
  const text = bytes.length <= TEXT_MOST ? readableText(bytes) : undefined;
  if (text !== undefined) return text.match(WORD) ?? [];
  return bytes.length < SHORT || bytes.length > BYTES_MOST ? null : bytes;
}
