/**
 * Where two texts differ, line by line where they have as many: `body.line[3]`, counted from one as editors do. Texts of
 * one line, and of other numbers of lines, are somebody else's to tell apart.
 */
import type { Difference } from "./diff.ts";
import { enclosed } from "./enclosing.ts";

/** One difference a line; `null` where lines say nothing. */
export function diffLines(path: string, expected: string, actual: string): Difference[] | null {
  const [before, after] = [expected.split("\n"), actual.split("\n")];
  if (before.length !== after.length || isOneLine(before)) return null;
  const whole = { path, expected, actual, around: null };
  return before.flatMap((line, at) => {
    const other = after[at] ?? "";
    if (line === other) return [];
    return [enclosed({ path: `${path}.line[${at + 1}]`, expected: line, actual: other, change: "changed" }, whole)];
  });
}

/** A line break at the end makes no second line. */
const isOneLine = (lines: readonly string[]): boolean => lines.length < 2 || (lines.length === 2 && lines[1] === "");
