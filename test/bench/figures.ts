/** What a bench finds: rows of figures, each with its mark, and how they are printed. */

/** One figure; `mark` says what it must keep to and whether it does, and is null where nothing is asked. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly mark: { readonly text: string; readonly isMet: boolean } | null;
}

/** The middle one; of an even number the mean of both. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** A figure that must not be above `most`. */
export function atMost(what: string, value: number, most: number, unit: string, digits = 2): Figure {
  const mark = { text: `<= ${most}${unit}`, isMet: value <= most };
  return { what, value: `${value.toFixed(digits)}${unit}`, mark };
}

/** A figure that must not be below `least`. */
export function atLeast(what: string, value: number, least: number, unit: string, digits = 2): Figure {
  const mark = { text: `>= ${least}${unit}`, isMet: value >= least };
  return { what, value: `${value.toFixed(digits)}${unit}`, mark };
}

/** A figure that is only told. */
export const told = (what: string, value: string): Figure => ({ what, value, mark: null });

/** Lines with their columns under each other; the first row is the head. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const cell = (text: string, i: number) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0));
  return rows.map((row) => `  ${row.map(cell).join("  ")}`.trimEnd()).join("\n");
}

/** The figures, one a line, with their marks. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, mark }) => [
    what,
    value,
    mark?.text ?? "",
    mark === null ? "" : mark.isMet ? "met" : "NOT MET",
  ]);
  return columns([["", "figure", "mark", ""], ...rows]);
}
