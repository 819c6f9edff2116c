/**
 * Sessions of servers, to be resumed: of many connections to a server at a time, one costs a whole handshake. What a session
 * stands for was verified when it began, so none is resumed for longer than a server could be taken to be the same.
 *
 * Refuses to decide whose sessions may be kept: upstream.ts does.
 */

/** How long a session's first handshake speaks for its server. */
const speaksForMs = 10_000;

const mostKnown = 1000;

/** A session as the engine tells it, and the certificates that its first handshake showed. */
export interface Session {
  readonly bytes: Uint8Array;
  /** As `TlsFacts.chain`. */
  readonly chain: readonly Uint8Array[];
  /** When its first handshake was made, in `performance.now()`'s milliseconds. */
  readonly provedAt: number;
}

/** The latest session of each server, by a name of the caller's. */
export class Sessions {
  readonly #known = new Map<string, Session>();

  /** Null where a whole handshake is due. */
  get(name: string): Session | null {
    const session = this.#known.get(name);
    if (session === undefined) return null;
    if (performance.now() - session.provedAt < speaksForMs) return session;
    this.#known.delete(name);
    return null;
  }

  /** Its server may have refused it. */
  forget(name: string): void {
    this.#known.delete(name);
  }

  /** A session that was resumed goes on as the one that it came from. */
  keep(name: string, session: Session): void {
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.set(name, session);
  }
}
