/**
 * What an exchange holds that another may hold too: its words and numbers, as hashes. A call and the request that caused it
 * often share an id, or the one's answer goes into the other's; nothing is proved by it, but of many requests at a time one
 * is likelier than the rest.
 */

const WORD = /[\p{L}\p{N}_-]+/gu;
/** Where something is, and not what it is about: an address, a place for a value. */
const PLACE = /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\$\d+\b/g;
/** The head of a large body says enough. */
const MOST_TEXT = 4_096;
const MOST_STRINGS = 256;
/** What is the same from one request to the next, or differs for no reason of theirs. */
const LEFT_OUT = /^(header|created|timestamp)/i;

/** Up to `most` hashes of what plain data holds, without those in `known`. */
export function tokensOf(data: unknown, most: number, known: ReadonlySet<number> = new Set()): Uint32Array {
  const found = new Set<number>();
  let left = MOST_STRINGS;
  const add = (text: string) => {
    for (const word of hashesIn(text.slice(0, MOST_TEXT)))
      if (!known.has(word)) found.add(found.has(word) ? again(word) : word);
  };
  const walk = (value: unknown): void => {
    if (found.size >= most || left <= 0) return;
    left--;
    if (typeof value === "string") add(value);
    else if (typeof value === "number" || typeof value === "bigint") add(String(value));
    else if (value instanceof Uint8Array) add(Buffer.from(value.subarray(0, MOST_TEXT)).toString("latin1"));
    else if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === "object" && value !== null)
      for (const [name, part] of Object.entries(value)) if (!LEFT_OUT.test(name)) walk(part);
  };
  walk(data);
  return Uint32Array.from([...found].slice(0, most)).sort();
}

/** What is said twice is likelier what all is about than what is said once: that is a token of its own. */
const again = (word: number): number => (word ^ 0x9e37_79b9) >>> 0;

const hashOf = (word: string): number => Bun.hash.xxHash32(word);

const hashesIn = (text: string): number[] => (text.replace(PLACE, " ").match(WORD) ?? []).map(hashOf);

/** The hashes of all words of a text. */
export const wordsOf = (text: string): ReadonlySet<number> => new Set(hashesIn(text));

/** How often each token occurs; what occurs everywhere says little. Tokens may share a count. */
export class TokenCounts {
  readonly #counts = new Uint32Array(1 << 18);

  add(tokens: Uint32Array): void {
    for (const token of tokens) this.#counts[token % this.#counts.length] = this.of(token) + 1;
  }

  of(token: number): number {
    return this.#counts[token % this.#counts.length] ?? 0;
  }
}

/** One set among several. */
export interface Likeliest {
  readonly index: number;
  /** It stands out by far. */
  readonly isClear: boolean;
}

const NONE = new Uint32Array(0);

/** By how much more than the next one a set stands out. */
const CLEARLY = 2;

/** Of several sets the one that shares what the others do not; `null` where none stands out. */
export function likeliest(tokens: Uint32Array, sets: readonly Uint32Array[], counts: TokenCounts): Likeliest | null {
  const points = sets.map(() => 0);
  // One list for all tokens: a recording has hundreds of thousands of calls.
  const holders: number[] = [];
  for (const token of tokens) {
    holders.length = 0;
    for (let index = 0; index < sets.length; index++) if (holds(sets[index] ?? NONE, token)) holders.push(index);
    if (holders.length === sets.length) continue;
    const worth = 1 / holders.length / Math.max(1, counts.of(token));
    for (const index of holders) points[index] = (points[index] ?? 0) + worth;
  }
  let [best, most, next] = [-1, 0, 0];
  for (let index = 0; index < points.length; index++) {
    const each = points[index] ?? 0;
    if (each > most) [best, most, next] = [index, each, most];
    else next = Math.max(next, each);
  }
  return best === -1 || most <= next ? null : { index: best, isClear: most > CLEARLY * next };
}

/** In a sorted set. */
function holds(set: Uint32Array, token: number): boolean {
  let [low, high] = [0, set.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((set[middle] ?? 0) < token) low = middle + 1;
    else high = middle;
  }
  return set[low] === token;
}
