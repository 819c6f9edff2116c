/**
 * When a test is green (design 6.5): its response equals the recorded one after noise, nothing missed, and something was
 * served where the recording used anything. Pure; run-test-set.ts brings the facts.
 */
import type { Difference } from "../core/diff.ts";
import type { Doubt, TestResult } from "../core/run-result.ts";
import type { Served, TestUsage } from "../core/usage.ts";

/** What happened while one test ran. */
export interface Evidence {
  readonly name: string;
  readonly protocol: string;
  readonly summary: string;
  readonly startedAt: number;
  readonly durationMs: number;
  /** After noise. */
  readonly differences: readonly Difference[];
  /** Places that differed and do not count. */
  readonly noise: readonly string[];
  readonly usage: Omit<TestUsage, "test">;
  /** How many mocks, those that may repeat left out, the recording attributes to this test. */
  readonly recordedMocks: number;
  /** The app gave no complete answer; the sentence that says so. */
  readonly failure: string | null;
  /** Whence the values of earlier answers that its request carried. */
  readonly carried: readonly string[];
}

/** The verdict on one test. `strict` makes an unused mock a failure, and an answer on mere likeness. */
export function judge(evidence: Evidence, strict: boolean): TestResult {
  const { usage } = evidence;
  const served = [...new Set(usage.served.map(({ mock }) => mock))];
  const reason =
    evidence.failure ?? unproved(evidence) ?? (strict ? (leftOver(usage.unused) ?? alikeOnly(usage.served)) : null);
  const failed = reason !== null || evidence.differences.length > 0 || usage.missed.length > 0;
  return {
    name: evidence.name,
    protocol: evidence.protocol,
    summary: evidence.summary,
    status: failed ? "failed" : "passed",
    startedAt: new Date(evidence.startedAt).toISOString(),
    durationMs: evidence.durationMs,
    differences: evidence.differences,
    served,
    doubts: doubtsOf(usage),
    missed: usage.missed,
    unused: usage.unused,
    reason,
    ...(evidence.noise.length === 0 ? {} : { noise: evidence.noise }),
    ...(evidence.carried.length === 0 ? {} : { carried: evidence.carried }),
  };
}

/**
 * A response alone proves nothing where the recording shows that it took a dependency to make it. What any test may be
 * given (set-up, a BEGIN, a poll) shows nothing of that either.
 */
function unproved({ recordedMocks, usage }: Evidence): string | null {
  if (recordedMocks === 0 || usage.served.some(({ from }) => from !== "background")) return null;
  // It asked for something else: the misses say so.
  if (usage.missed.length > 0) return null;
  const calls = recordedMocks === 1 ? "a call" : `${recordedMocks} calls`;
  const made = usage.served.length === 0 ? "none" : "none of them";
  return `The recording made ${calls} for this test and the app made ${made}: its answer proves nothing.`;
}

function leftOver(unused: readonly string[]): string | null {
  if (unused.length === 0) return null;
  const shown = unused.slice(0, 5).join(", ") + (unused.length > 5 ? ", …" : "");
  return `${unused.length === 1 ? "A recorded call was" : `${unused.length} recorded calls were`} not made: ${shown} (--strict).`;
}

function alikeOnly(served: readonly Served[]): string | null {
  const alike = served.find(({ certainty }) => certainty === "similar");
  return alike === undefined ? null : `${alike.mock} answered a request that merely resembles its own (--strict).`;
}

function doubtsOf({ served }: Evidence["usage"]): Doubt[] {
  const doubts = new Map<string, Doubt>();
  for (const { mock, certainty, from } of served) {
    if (certainty !== "exact" || from === "overlap") doubts.set(mock, { mock, certainty, from });
  }
  return [...doubts.values()];
}

/** A test that was not played, with the sentence that says why. */
export const skip = (name: string, reason: string): TestResult => ({
  name,
  protocol: "",
  summary: "",
  status: "skipped",
  startedAt: new Date(0).toISOString(),
  durationMs: 0,
  differences: [],
  served: [],
  doubts: [],
  missed: [],
  unused: [],
  reason,
});
