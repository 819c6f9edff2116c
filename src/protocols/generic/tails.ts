/**
 * Lines that nobody answers (a write that wants no reply) go with whatever is asked next on the connection, and a pool of
 * connections puts them together as it comes. So a request in lines is like a recorded one that ends as it does, if what
 * goes before that end was said somewhere in the recording. It is a likeness and never more: the report marks it.
 */
import { readableText } from "../../lib/bytes/text.ts";

/** As sure as something that is merely alike can be. */
const ALIKE = 0.9;
const TEXT_MOST = 16 * 1024;
/** What is searched for lines that went before. */
const SEARCHED_MOST = 4 * 1024 * 1024;
/** A line that asks for something: a word, and what it is about. */
const ASKS = /\S\s+\S/;

/** Compares one request with recorded ones. */
export class Tails {
  readonly #asked: readonly string[];
  readonly #recorded: () => Iterable<Uint8Array>;
  /** Whether so many of the first lines were said somewhere. */
  readonly #known = new Map<number, boolean>();

  constructor(asked: Uint8Array, recorded: () => Iterable<Uint8Array>) {
    this.#asked = linesOf(asked);
    this.#recorded = recorded;
  }

  to(recorded: Uint8Array): number {
    const [asked, lines] = [this.#asked, linesOf(recorded)];
    if (asked.length === 0 || !ASKS.test(asked.at(-1) ?? "")) return 0;
    let same = 0;
    while (same < asked.length && same < lines.length && asked.at(-1 - same) === lines.at(-1 - same)) same++;
    return same > 0 && this.#isKnown(asked.length - same) ? ALIKE : 0;
  }

  #isKnown(count: number): boolean {
    if (count === 0) return true;
    const known = this.#known.get(count) ?? this.#search(this.#asked.slice(0, count).join(""));
    this.#known.set(count, known);
    return known;
  }

  #search(lead: string): boolean {
    let left = SEARCHED_MOST;
    for (const bytes of this.#recorded()) {
      left -= bytes.length;
      if (left < 0) return false;
      if (`\n${linesOf(bytes).join("")}`.includes(`\n${lead}`)) return true;
    }
    return false;
  }
}

/** Whole lines with their ends, or none where it is not all of such. */
function linesOf(bytes: Uint8Array): readonly string[] {
  const text = bytes.length <= TEXT_MOST && bytes.at(-1) === 10 ? readableText(bytes) : undefined;
  return text?.match(/[^\n]*\n/g) ?? [];
}
