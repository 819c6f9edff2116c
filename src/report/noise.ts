/**
 * What was learned to vary, for people (a table) and for programs (the member `noise` of a document), with the word on
 * whether the set replays green. Kept apart from runs, which judge.
 */
import type { Difference } from "../core/diff.ts";
import type { LearnedNoise } from "../core/learn-noise.ts";
import type { TestResult, TestSetResult } from "../core/run-result.ts";
import { showDifference } from "../core/show-difference.ts";
import { type Paint, plainPaint } from "./paint.ts";
import { plural } from "./printed.ts";

/** What a learning came to. */
export interface NoiseReport {
  readonly testSet: string;
  /** How often the set was played. */
  readonly playings: number;
  readonly learned: readonly (LearnedNoise & { readonly kind: "test" | "mock"; readonly name: string })[];
  /** The last playing, by all that was learned; null where none was finished. */
  readonly replay: {
    readonly isGreen: boolean;
    readonly passed: number;
    readonly tests: number;
    readonly failed: readonly { readonly test: string; readonly reason: string | null; readonly differences: readonly Difference[]; readonly missed: readonly string[] }[]; // prettier-ignore
  } | null;
  /** Why it ended before its time, or null. */
  readonly ended: string | null;
}

/** What a report says of the last playing. */
export const replayOf = (last: TestSetResult | null): NoiseReport["replay"] =>
  last === null
    ? null
    : {
        isGreen: last.verdict === "passed",
        passed: last.tests.filter(({ status }) => status === "passed").length,
        tests: last.tests.length,
        failed: last.tests.filter(({ status }) => status === "failed").map(failedOf),
      };

const failedOf = ({ name, reason, differences, missed }: TestResult) => ({
  test: name,
  reason,
  differences,
  missed: missed.map(({ protocol, asked }) => `${protocol}: ${asked}`),
});

const ROWS = 40;
const WIDEST = 32;

const cut = (cell: string): string => {
  const line = cell.replaceAll(/\s+/g, " ");
  return line.length <= WIDEST ? line : `${line.slice(0, WIDEST - 1)}…`;
};

const FAILED = 5;

/** The table; empty where nothing was learned. */
export const printLearned = ({ learned, playings }: NoiseReport, paint: Paint = plainPaint): string => {
  if (learned.length === 0) return "";
  const rows = learned
    .slice(0, ROWS)
    .map(({ name, path, matcher, reason }) => [cut(name), cut(path), cut(matcher ?? "any"), reason]);
  const table = [["test or mock", "path", "must be", "why"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  const lines = table.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd());
  const more = learned.length - rows.length;
  return [
    `Played ${plural(playings, "time")}; what differs each time is noise and no longer counts:`,
    paint.faint(lines[0] ?? ""),
    ...lines.slice(1),
    ...(more > 0 ? [`  and ${more} more, in the files`] : []),
  ].join("\n");
};

/** Why the set is not green, a few lines. */
export const printRed = ({ replay }: NoiseReport): string => {
  const failed = replay?.failed ?? [];
  const lines = failed
    .slice(0, FAILED)
    .flatMap(({ test, reason, differences, missed }) => [
      `  ${test}: ${reason ?? "differs each time in the same way, which noise does not"}`,
      ...differences.slice(0, FAILED).map((difference) => `    ${showDifference(difference)}`),
      ...missed.slice(0, FAILED).map((asked) => `    missed ${asked}`),
    ]);
  const more = failed.length - FAILED;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join("\n");
};
