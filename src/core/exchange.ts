/** What passes between sessions and the rest: finished exchanges while recording, misses while replaying. */

/**
 * How often a recorded exchange may answer. `once`: the nth time asked gets the nth answer, then it is a miss.
 * `repeat`: the nth answer too, but the last one goes on answering, and an unused one is nobody's business (connection
 * set-up, statement descriptions, name look-ups).
 */
export type Reuse = "once" | "repeat";

/** One request with its whole reply. */
export interface Exchange<Spec> {
  readonly spec: Spec;
  /** First byte of the request, milliseconds since the epoch with a fraction. */
  readonly startedAt: number;
  /** Last byte of the reply. */
  readonly endedAt: number;
  readonly reuse: Reuse;
}

/** A request that no mock answers. */
export interface Miss {
  readonly protocol: string;
  /** The request in one line: `SELECT … [8]`. */
  readonly asked: string;
  /** The mock that came nearest, and each field in which it differs: `parameters[0]: 7 -> 8`. */
  readonly nearest: { readonly mock: string; readonly differs: readonly string[] } | null;
}
