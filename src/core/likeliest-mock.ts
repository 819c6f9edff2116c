/**
 * Where it is to be learned what varies: the mock that a request without an answer most likely means. It is the one with
 * the fewest differences; of a request of another shape only texts may differ, and those must have words in common. What it names
 * is a guess: it teaches, and proves nothing.
 */
import type { Difference } from "./diff.ts";
import { withoutJsonTexts } from "./embedded-json.ts";
import type { Item } from "./mock-lanes.ts";
import type { Ask } from "./pool.ts";
import { patternOf } from "./text-pattern.ts";

/** Among candidates in the order of preference. */
export function likeliestMock(ask: Ask<unknown>, candidates: Iterable<Item>): Item | undefined {
  let best: { readonly item: Item; readonly count: number } | undefined;
  for (const item of candidates) {
    const differences = withoutJsonTexts(ask.differs(item.entry.load()));
    if (differences.length === 0 || (best !== undefined && differences.length >= best.count)) continue;
    if (item.entry.key.shape !== ask.key.shape && !differences.every(isAlike)) continue;
    best = { item, count: differences.length };
  }
  return best?.item;
}

const isAlike = ({ change, expected, actual }: Difference): boolean =>
  change === "changed" &&
  typeof expected === "string" &&
  typeof actual === "string" &&
  patternOf([expected, actual]) !== null;
