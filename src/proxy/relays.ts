/** The relays that are open, so that all can be closed. */
import type { Relay } from "./relay.ts";

export class Relays {
  readonly #open = new Set<Relay>();

  /** `begin` is given what the relay calls when it is over; that may be before `begin` returns. */
  add(begin: (onClosed: () => void) => Relay): void {
    const held: { relay: Relay | null; isClosed: boolean } = { relay: null, isClosed: false };
    held.relay = begin(() => {
      held.isClosed = true;
      if (held.relay !== null) this.#open.delete(held.relay);
    });
    if (!held.isClosed) this.#open.add(held.relay);
  }

  get size(): number {
    return this.#open.size;
  }

  close(): void {
    for (const relay of [...this.#open]) relay.abort();
  }
}
