/** What the mocks were used for during one run of a test set; filled by the pool, read by the report. */
import type { Miss } from "./exchange.ts";
import type { Certainty } from "./pool.ts";

/** Why this mock could answer: it is the test's own, it belongs to none, or its owner was a guess. */
export type ServedFrom = "test" | "background" | "overlap";

/** One answer given. */
export interface Served {
  readonly mock: string;
  readonly protocol: string;
  readonly certainty: Certainty;
  readonly from: ServedFrom;
  /** It had answered before. */
  readonly repeated: boolean;
}

/** What happened while one test ran; `test: null` is start-up and what runs between tests. */
export interface TestUsage {
  readonly test: string | null;
  readonly served: readonly Served[];
  readonly missed: readonly Miss[];
  /** The test's own mocks, without those that may repeat, which nobody asked for. */
  readonly unused: readonly string[];
}

/** A whole run. */
export interface Usage {
  /** In the order run. */
  readonly tests: readonly TestUsage[];
  /** `served` counts mocks, not answers; `unused` those of the tests that ran. */
  readonly totals: {
    readonly recorded: number;
    readonly served: number;
    readonly missed: number;
    readonly unused: number;
  };
}
