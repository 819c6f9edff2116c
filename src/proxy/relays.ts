/** The relays that are open, so that all can be closed. */
import type { Relay } from "./relay.ts";

export class Relays<Kept extends Relay = Relay> {
  readonly #open = new Set<Kept>();

  /** `begin` is given what the relay calls when it is over; that may be before `begin` returns. */
  add(begin: (onClosed: () => void) => Kept): void {
    const held: { relay: Kept | null; isClosed: boolean } = { relay: null, isClosed: false };
    held.relay = begin(() => {
      held.isClosed = true;
      if (held.relay !== null) this.#open.delete(held.relay);
    });
    if (!held.isClosed) this.#open.add(held.relay);
  }

  get size(): number {
    return this.#open.size;
  }

  /** Those that are open at this moment. */
  get all(): readonly Kept[] {
    return [...this.#open];
  }

  close(): void {
    for (const relay of this.all) relay.abort();
  }
}
