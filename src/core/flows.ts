/**
 * Values that an app makes anew each time and hands out in its answers (an id, a session, a token): when a later recorded
 * request carries the recorded value, it is to carry the actual one. The recording is the evidence: the value stood in an
 * answer, in no request up to then, and has a form that two things do not share by chance.
 *
 * What it knows grows test by test; it looks ahead at nothing.
 */
import type { Difference } from "./diff.ts";
import { withoutJsonTexts } from "./embedded-json.ts";
import { inFull } from "./enclosing.ts";
import { isTelling, replaceWords, wordPairs, wordsOf } from "./telling-words.ts";

/** A value with where it came from. */
export interface Flow {
  readonly recorded: string;
  readonly actual: string;
  /** The test whose answer held it, and the place there. */
  readonly test: string;
  readonly path: string;
}

export class Flows {
  readonly #flows = new Map<string, Flow>();
  readonly #asked = new Set<string>();

  get isEmpty(): boolean {
    return this.#flows.size === 0;
  }

  /** A text of a request as it is to be sent; what it says as recorded is known to the client from here on. */
  request(text: string, carried: (flow: Flow) => void = () => {}): string {
    for (const word of wordsOf(text)) if (isTelling(word)) this.#asked.add(word);
    return this.rewrite(text, carried);
  }

  /** How an answer differed from the recorded one; items of lists without an order are to be paired. */
  answered(test: string, differences: readonly Difference[]): void {
    for (const difference of withoutJsonTexts(differences).map(inFull)) {
      if (difference.change !== "changed") continue;
      for (const [recorded, actual] of pairsOf(difference.expected, difference.actual)) {
        if (this.#asked.has(recorded)) continue;
        // The first answer that held it is its source; within one, the body says more than the head.
        const known = this.#flows.get(recorded);
        if (known?.actual === actual && known.test !== test) continue;
        this.#flows.set(recorded, { recorded, actual, test, path: difference.path });
      }
    }
  }

  /** The text with the actual values in the place of the recorded ones. */
  rewrite(text: string, carried: (flow: Flow) => void = () => {}, isFit: (flow: Flow) => boolean = () => true): string {
    if (this.isEmpty) return text;
    return replaceWords(text, (word) => {
      const flow = this.#flows.get(word) ?? this.#flows.get(plain(word));
      if (flow === undefined || !isFit(flow)) return undefined;
      carried(flow);
      return flow.recorded === word ? flow.actual : encodeURIComponent(flow.actual);
    });
  }

  /** Whether nothing differs but a recorded value from its actual one. */
  explains(difference: Difference): boolean {
    const { expected, actual, change } = inFull(difference);
    if (this.isEmpty || change !== "changed" || !isScalar(expected) || !isScalar(actual)) return false;
    return typeof expected === typeof actual && this.rewrite(String(expected)) === String(actual);
  }
}

/** As it was before it went into an address or a form. */
function plain(word: string): string {
  if (!word.includes("%")) return word;
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

const isScalar = (value: unknown): value is string | number | bigint =>
  ["string", "number", "bigint"].includes(typeof value);

/** Whole values, and the words of texts that are alike in everything else. */
function pairsOf(expected: unknown, actual: unknown): [recorded: string, actual: string][] {
  if (!isScalar(expected) || typeof expected !== typeof actual) return [];
  const [one, other] = [String(expected), String(actual)];
  const pairs = [[one, other] as [string, string], ...wordPairs(one, other)];
  return pairs.filter(([recorded, now]) => recorded !== now && isTelling(recorded));
}
