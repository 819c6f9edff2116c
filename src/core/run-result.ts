/**
 * What a run of tests came to: the document `report.json`, as replay builds it and every report prints it.
 *
 * Plain data. A member may be added without a step of `version`; none changes its meaning or goes. Instants are ISO
 * texts, lengths of time milliseconds.
 */
import { type Difference } from "./diff.ts";
import { type Miss } from "./exchange.ts";
import { type Certainty } from "./pool.ts";
import { type ServedFrom } from "./usage.ts";

/** `error`: the app failed or the run was cut short, so that the tests say less than they should. */
export type Verdict = "passed" | "failed" | "error";

export type TestStatus = "passed" | "failed" | "skipped";

/** A served mock that was not simply the test's own and an exact match, with how it came to answer. */
export interface Doubt {
  readonly mock: string;
  readonly certainty: Certainty;
  readonly from: ServedFrom;
}

export interface TestResult {
  readonly name: string;
  /** `Protocol.name` of what drove it. */
  readonly protocol: string;
  /** One line for people: `GET /users/7 -> 200`. */
  readonly summary: string;
  readonly status: TestStatus;
  readonly startedAt: string;
  readonly durationMs: number;
  /** What remains after noise. */
  readonly differences: readonly Difference[];
  /** Mocks that answered, in the order asked; each once. */
  readonly served: readonly string[];
  /** Those of `served` that deserve a second look. */
  readonly doubts: readonly Doubt[];
  readonly missed: readonly Miss[];
  /** Mocks recorded for this test that nobody asked for. */
  readonly unused: readonly string[];
  /** Why it failed or was skipped, where neither a difference nor a miss says it; a sentence. */
  readonly reason: string | null;
  /** Places of the answer that differed from the recording and do not count. */
  readonly noise?: readonly string[];
  /** Whence the values that its request carried in place of recorded ones: `body.id of post-orders-1`. */
  readonly carried?: readonly string[];
}

export interface TestSetResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly tests: readonly TestResult[];
  /** Misses while no test ran: start-up, background work. */
  readonly missed: readonly Miss[];
  /** Mock name to its request in one line, for the mocks that the tests name; may lack some. */
  readonly asked: Readonly<Record<string, string>>;
  /** What a reader must know to judge the result: connections not read, clocks not shifted. Sentences. */
  readonly notes: readonly string[];
  /** Why the set could not be run to its end, or null. */
  readonly reason: string | null;
}

/** How many of each. */
export interface Totals {
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Mocks, not answers; only `missed` counts calls. What was recorded and is neither served nor unused was not needed: the
 * set-up of connections, the background, and what belongs to tests that did not run.
 */
export interface MockTotals {
  readonly recorded: number;
  readonly served: number;
  readonly missed: number;
  readonly unused: number;
}

export interface RunResult {
  readonly version: 1;
  /** `test-run-0`; given by whoever writes it. */
  readonly run: string;
  readonly command: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly verdict: Verdict;
  readonly totals: Totals;
  readonly mocks: MockTotals;
  readonly testSets: readonly TestSetResult[];
}

/** A run before it has a place on disk. */
export type UnnamedRun = Omit<RunResult, "run">;

/** Counts the tests of the sets. */
export const totalsOf = (testSets: readonly TestSetResult[]): Totals => {
  const tests = testSets.flatMap((testSet) => testSet.tests);
  const count = (status: TestStatus): number => tests.filter((test) => test.status === status).length;
  return { tests: tests.length, passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
};

/** The worst of several; a run of nothing has passed nothing, so it is an error. */
export const worstOf = (verdicts: readonly Verdict[]): Verdict => {
  if (verdicts.length === 0 || verdicts.includes("error")) return "error";
  return verdicts.includes("failed") ? "failed" : "passed";
};
