/**
 * Where it is to be learned what varies: the mock that a request without an answer most likely means. It is the one with
 * the fewest differences, and of those the fewest words that differ (`lock:2 {hex}`, not `lock:{number} {hex}`); one of
 * another shape may differ only in parts of itself, or in texts that have words in common.
 * What it names is a guess: it teaches, and proves nothing.
 */
import type { Difference } from "./diff.ts";
import { withoutJsonTexts } from "./embedded-json.ts";
import type { Item } from "./mock-lanes.ts";
import type { Ask } from "./pool.ts";
import { holesIn, patternOf } from "./text-pattern.ts";

/** Among candidates in the order of preference. */
export function likeliestMock(ask: Ask<unknown>, candidates: Iterable<Item>): Item | undefined {
  let best: { readonly item: Item; readonly count: number; readonly words: number } | undefined;
  for (const item of candidates) {
    const differences = withoutJsonTexts(ask.differs(item.entry.load()));
    const count = differences.length;
    if (count === 0 || (best !== undefined && count > best.count)) continue;
    if (item.entry.key.shape !== ask.key.shape && !differences.every(isAlike)) continue;
    const words = differences.reduce((sum, each) => sum + wordsOf(each), 0);
    if (best === undefined || count < best.count || words < best.words) best = { item, count, words };
  }
  return best?.item;
}

/** A part of what is otherwise the same (`values[2]`, `query.id`), or texts with words in common. */
const isAlike = ({ path, change, expected, actual }: Difference): boolean => {
  if (change !== "changed") return false;
  if (/[.[]/.test(path)) return true;
  return typeof expected === "string" && typeof actual === "string" && patternOf([expected, actual]) !== null;
};

/** What has no word in common differs in more of them than whatever has. */
const ALL_WORDS = 1_000;

const wordsOf = ({ expected, actual }: Difference): number => {
  const pattern = typeof expected === "string" && typeof actual === "string" ? patternOf([expected, actual]) : null;
  return pattern === null ? ALL_WORDS : holesIn(pattern);
};
