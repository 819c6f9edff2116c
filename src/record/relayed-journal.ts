/**
 * The proxy's journal over the tap's: what relays tell becomes records beside those of the tap, and a relay is held up while
 * there is no room for them. It knows on how many connections the app may still say something.
 */
import type { Tap } from "../capture/tap.ts";
import type { JournaledConnection, JournaledOpening, JournalSource, ProxyJournal } from "../proxy/journal.ts";

export class RelayedJournal implements ProxyJournal {
  readonly #tap: () => Tap | null;
  #speaking = 0;
  #silent: () => void = () => {};

  /** `tap`: `null` as long as there is none; then no connection can have come. */
  constructor(tap: () => Tap | null) {
    this.#tap = tap;
  }

  open(opening: JournaledOpening, source: JournalSource): JournaledConnection {
    const tap = this.#tap();
    if (tap === null) throw new Error("a connection came before the tap");
    const flow = tap.relayed(opening, source);
    const app = opening.direction === "outgoing" ? "client" : "server";
    let isSpeaking = true;
    const silent = () => {
      if (!isSpeaking) return;
      isSpeaking = false;
      if (--this.#speaking === 0) this.#silent();
    };
    this.#speaking++;
    return {
      note: (note, at) => flow.note(note, at),
      data: (from, bytes, at) => flow.data(from, bytes, at),
      end: (from, at) => {
        flow.end(from, at);
        if (from === app) silent();
      },
      goesOn: (onward, at) => flow.goesOn(onward, at),
      left: () => {
        flow.left();
        silent();
      },
      close: (isReset, at) => {
        flow.close(isReset, at);
        silent();
      },
    };
  }

  /** Resolves when the app has said its last on every connection, or with the signal. */
  untilSilent(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#silent = resolve;
    signal.addEventListener("abort", () => resolve());
    if (this.#speaking === 0) resolve();
    return promise;
  }
}
