/**
 * Acts on connections of which nothing else is known yet: the app has begun to send on a redirected connection before the
 * proxy could tell of it. Most are never asked for, so only the last ones are kept.
 */
import type { Act } from "./act.ts";

/** An act and when it was. */
export interface EarlyAct {
  readonly act: Act;
  readonly at: number;
}

const MOST_ENDS = 1_024;
const MOST_ACTS = 64;

export class EarlyActs {
  readonly #byEnd = new Map<string, EarlyAct[]>();

  /** `end` tells the app's ends apart. */
  add(end: string, act: EarlyAct): void {
    const acts = this.#byEnd.get(end) ?? [];
    if (acts.length < MOST_ACTS) acts.push(act);
    this.#byEnd.set(end, acts);
    const [eldest] = this.#byEnd.keys();
    if (this.#byEnd.size > MOST_ENDS && eldest !== undefined) this.#byEnd.delete(eldest);
  }

  /** Those of that end, in order; they are kept no longer. */
  take(end: string): readonly EarlyAct[] {
    const acts = this.#byEnd.get(end) ?? [];
    this.#byEnd.delete(end);
    return acts;
  }
}
