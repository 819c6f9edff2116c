/**
 * Unix sockets that the app asked for in replay and was refused (capture/unix-sockets.ts): as good as a miss where the
 * recording's app used them, or where somebody is there whom it would have reached. What was absent all along is no miss.
 */
import { isSocketThere, type UnixSockets } from "../capture/unix-sockets.ts";
import type { Miss } from "../core/exchange.ts";
import { isUnixReason, plainSocketName, UNIX_SOCKET } from "../core/unix-socket.ts";
import type { UnreadConnections } from "../store/config.ts";

export class Refusals {
  readonly #sockets: Pick<UnixSockets, "calls"> | null;
  readonly #recorded: ReadonlySet<string>;
  #counted: ReadonlyMap<string, number> = new Map();

  /** `unread`: what the recording says that it could not read. */
  constructor(sockets: Pick<UnixSockets, "calls"> | null, unread: readonly UnreadConnections[]) {
    this.#sockets = sockets;
    const recorded = unread.filter(({ reason }) => isUnixReason(reason));
    this.#recorded = new Set(recorded.map(({ peer }) => plainSocketName(peer)));
  }

  /** What was refused since the last call, each socket once. */
  fresh(): Miss[] {
    if (this.#sockets === null) return [];
    const before = this.#counted;
    this.#counted = this.#sockets.calls();
    return [...this.#counted]
      .filter(([name, count]) => count > (before.get(name) ?? 0))
      .filter(([name]) => this.#recorded.has(name) || isSocketThere(name))
      .map(([name]) => ({ protocol: UNIX_SOCKET, asked: name, nearest: null }));
  }
}

/** For the report: what helps. No path follows the flag, whose first word is one before secrets. */
export const refusalNote = ({ asked }: Miss): string =>
  `A connection to ${asked} was refused: what passes by a unix socket is neither recorded nor answered. ` +
  `Have the app reach that service by host and port, or let it through (--pass-through-sockets).`;
