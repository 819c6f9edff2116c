/**
 * A forwarded connection on its way out of the proxy: who takes it, and how both its lines are held still meanwhile, so that
 * it can go on as if nothing had been tried. What the taker does is in target/handover.ts; record/ puts the two together.
 */
import type { Line } from "./line.ts";
import type { Ear } from "./relay.ts";

/** Where a connection goes on without the proxy: the app's end of it, and the number of the next byte from either side. */
export interface Onward {
  readonly address: string;
  readonly port: number;
  readonly client: number;
  readonly server: number;
}

/** A connection that is handed on unaltered, by its descriptors. */
export interface Passing {
  readonly accepted: number;
  readonly upstream: number;
}

/** A connection that may go. */
export interface Leaving extends Passing {
  readonly isAnswered: boolean;
  hold(): boolean;
  goes(onward: Onward): void;
  settled(result: "moved" | "kept" | "lost"): void;
}

/** Who takes connections that need no proxy, and holds the others so that they outlive it. */
export interface Departures {
  /** The result lets it go: before anything is altered on it, and at its end. */
  keep(passing: Passing): () => void;
  offer(leaving: Leaving): void;
  withdraw(leaving: Leaving): void;
}

/** A line that is not read, with what its ear would have heard. */
export class StillLine {
  readonly #line: Line;
  readonly #ear: Ear | null;
  readonly #missed: ((ear: Ear) => void)[] = [];

  constructor(line: Line) {
    this.#line = line;
    this.#ear = line.data.ear;
    line.pause();
    const miss = (what: (ear: Ear) => void) => void this.#missed.push(what);
    line.data.ear = {
      data: (bytes) => {
        const copy = Uint8Array.prototype.slice.call(bytes);
        miss((ear) => ear.data(copy));
      },
      drain: () => miss((ear) => ear.drain()),
      end: () => miss((ear) => ear.end()),
      close: (isReset) => miss((ear) => ear.close(isReset)),
    };
  }

  /** As if it had not been held. */
  release(): void {
    const { data } = this.#line;
    data.ear = this.#ear;
    this.#line.resume();
    if (this.#ear !== null) for (const what of this.#missed.splice(0)) what(this.#ear);
  }

  /** Nobody hears it any more. */
  drop(): void {
    this.#line.data.ear = null;
    this.#line.terminate();
  }
}
