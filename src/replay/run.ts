/**
 * A whole run: every chosen test set in turn, and the totals. It neither prints nor writes; the caller gets the result,
 * also of a run that was cut short.
 */
import { totalsOf, worstOf, type MockTotals, type UnnamedRun } from "../core/run-result.ts";
import type { TestSet } from "../store/test-set-reader.ts";
import { interrupted, type Halt } from "./halt.ts";
import { runTestSet, type ReplayEvents, type ReplayOptions, type TestSetRun } from "./run-test-set.ts";

export interface Run {
  readonly result: UnnamedRun;
  /** What ended the run early, or `null`. */
  readonly halt: Halt | null;
}

/** Runs the sets in the order given; each is opened only when its turn comes. */
export async function runTestSets(
  testSets: readonly (() => TestSet)[],
  options: ReplayOptions,
  events: ReplayEvents,
): Promise<Run> {
  const startedAt = new Date().toISOString();
  const runs: TestSetRun[] = [];
  for (const open of testSets) {
    if (options.signal.aborted) break;
    runs.push(await runTestSet(open(), options, events));
  }
  const results = runs.map(({ result }) => result);
  const halt = runs.find((run) => run.halt !== null)?.halt ?? (runs.length < testSets.length ? interrupted : null);
  return {
    halt,
    result: {
      version: 1,
      command: options.app.command,
      startedAt,
      endedAt: new Date().toISOString(),
      verdict: halt ? "error" : worstOf(results.map(({ verdict }) => verdict)),
      totals: totalsOf(results),
      mocks: sum(runs.map(({ mocks }) => mocks)),
      testSets: results,
    },
  };
}

function sum(parts: readonly MockTotals[]): MockTotals {
  const total = { recorded: 0, served: 0, missed: 0, unused: 0 };
  for (const part of parts) {
    total.recorded += part.recorded;
    total.served += part.served;
    total.missed += part.missed;
    total.unused += part.unused;
  }
  return total;
}
