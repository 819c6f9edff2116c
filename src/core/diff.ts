/** Differences between two values, each with the path at which a person would look. */

/** One place in which two values differ. `expected` is absent for what was added, `actual` for what is missing. */
export interface Difference {
  /** `status`, `header.Content-Type`, `body.items[2].name`; the same syntax that noise rules use. */
  readonly path: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly change: "changed" | "retyped" | "added" | "missing";
}
