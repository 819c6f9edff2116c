/** The proxy's journal over the tap's: what relays tell becomes records beside those of the tap. It knows how many are open. */
import type { Tap } from "../capture/tap.ts";
import type { JournaledConnection, JournaledOpening, ProxyJournal } from "../proxy/journal.ts";

export class RelayedJournal implements ProxyJournal {
  readonly #tap: () => Tap | null;
  #open = 0;
  #none: () => void = () => {};

  /** `tap`: `null` as long as there is none; then no connection can have come. */
  constructor(tap: () => Tap | null) {
    this.#tap = tap;
  }

  open(opening: JournaledOpening): JournaledConnection {
    const tap = this.#tap();
    if (tap === null) throw new Error("a connection came before the tap");
    const flow = tap.relayed(opening);
    this.#open++;
    const closed = () => {
      if (--this.#open === 0) this.#none();
    };
    return {
      note: (note, at) => flow.note(note, at),
      data: (from, bytes, at) => flow.data(from, bytes, at),
      end: (from, at) => flow.end(from, at),
      goesOn: (onward, at) => flow.goesOn(onward, at),
      left: () => {
        flow.left();
        closed();
      },
      close: (isReset, at) => {
        flow.close(isReset, at);
        closed();
      },
    };
  }

  /** Resolves when no connection is open any more, or with the signal. */
  untilNone(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#none = resolve;
    signal.addEventListener("abort", () => resolve());
    if (this.#open === 0) resolve();
    return promise;
  }
}
