/**
 * What the proxy and who takes its connections over agree on: which may go, where they go on, and what became of them.
 * Types alone: the proxy's part is in proxy/leaving.ts, the taker's in target/handover.ts; record/ puts the two together.
 */

/** Where a connection goes on without the proxy: the app's end of it, and the number of the next byte from either side. */
export interface Onward {
  readonly address: string;
  readonly port: number;
  readonly client: number;
  readonly server: number;
}

/** A connection that is handed on unaltered: descriptors of ours, of the app's connection to us and of ours to the server. */
export interface Passing {
  readonly accepted: number;
  readonly upstream: number;
}

/** A connection that may go, by its owner. */
export interface Leaving extends Passing {
  /** Whether the server has said the last word: one that is about to answer would have to say it twice. */
  readonly isAnswered: boolean;
  /** Has its owner hold it still; false if it is not to go, or has something in hand. */
  hold(): boolean;
  /** Before it goes; once held, and the app still frozen. */
  goes(onward: Onward): void;
  /** Once after each `hold` that was true. `kept`: its owner goes on with it; `lost`: the app is cut off. */
  settled(result: "moved" | "kept" | "lost"): void;
}

/** Who takes connections that need no proxy, and holds the others so that they outlive it. */
export interface Departures {
  /** It is to outlive us, until the result is called: nothing may be altered on it, and at its end it is to be let go. */
  keep(passing: Passing): () => void;
  /** From here on it may be asked to hold still, at any time, until it has moved or is withdrawn. */
  offer(leaving: Leaving): void;
  withdraw(leaving: Leaving): void;
}
