/**
 * Lets in what comes from the app while it is recorded: each connection goes on to where it was going, and what passes into
 * the journal. What it learns of destinations (clear text, clients that refuse us) holds for the connections that follow.
 * Counterpart in replay: answer-gate.ts.
 */
import type { Departures } from "../core/departures.ts";
import type { Peer, Protocol } from "../core/protocol.ts";
import type { ShownChain } from "../core/shown-chain.ts";
import { Conversation } from "./conversation.ts";
import { forward, type ForwardTls } from "./forward.ts";
import type { ProxyJournal } from "./journal.ts";
import { type Origin, type OriginOf, Origins } from "./origin.ts";
import { mindingPins } from "./pinned.ts";
import type { Refusals } from "./refusals.ts";
import { readAt, type RelaySocket } from "./relay.ts";
import { Relays } from "./relays.ts";
import type { TlsOptions } from "./tls/tls-options.ts";
import { createUpstreams, type Upstreams } from "./tls/upstream.ts";

export interface ForwardingOptions {
  readonly mode: "forward";
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  readonly originOf: OriginOf;
  readonly journal: ProxyJournal;
  /** That destination speaks clear text: its next connections need not come here. */
  readonly learnClear: (address: string, port: number) => void;
  /** Who takes connections that turn out to be clear text; null: they stay. */
  readonly departures: Departures | null;
  /** Why TLS of this client's is not taken apart, known beforehand; or null. Asked of each connection, waited for at TLS. */
  readonly blindReason: (client: Origin) => Promise<string | null>;
  /** Where this client's program holds what it knows that server by, in words; null where it does not. */
  readonly pinnedIn: (client: Origin, shown: ShownChain) => Promise<string | null>;
  /** What is known of clients that refuse us; what is learned is added. */
  readonly refusals: Refusals;
  /** Null where TLS is handed on like everything else. */
  readonly tls: TlsOptions | null;
  /** As `Peer.surroundings`. */
  readonly surroundings: readonly string[];
  /** How much a connection may say without finishing an exchange while it is watched. */
  readonly budgetBytes: number;
}

export class ForwardGate {
  readonly #options: ForwardingOptions;
  readonly #relays = new Relays();
  readonly #origins: Origins;
  readonly #upstreams: Upstreams | null;
  readonly #alpn: readonly string[];

  constructor(options: ForwardingOptions) {
    this.#options = options;
    this.#origins = new Origins(options.originOf);
    this.#upstreams = options.tls === null ? null : createUpstreams(options.tls);
    this.#alpn = [...new Set(options.protocols.flatMap(({ alpn }) => alpn))];
  }

  get strangers(): number {
    return this.#origins.strangers;
  }

  accept(client: RelaySocket): void {
    const { remoteAddress, remotePort } = client;
    const origin = this.#origins.find(remoteAddress, remotePort, "tcp");
    if (origin === null) {
      client.terminate();
      return;
    }
    const { address, port, connection } = origin;
    const { journal, learnClear, departures } = this.#options;
    const ends = { client: { address: remoteAddress, port: remotePort }, server: { address, port } };
    this.#relays.add((onClosed) =>
      forward({
        client,
        address,
        port,
        journal: (source) => journal.open({ direction: "outgoing", ...ends, at: readAt() }, source),
        conversation: this.#converse(address, port, connection),
        tls: this.#forwardTls(origin),
        onClear: () => learnClear(address, port),
        departures,
        onClosed,
      }),
    );
  }

  close(): void {
    this.#relays.close();
  }

  #converse(address: string, port: number, connection: string): Conversation {
    const { protocols, fallback, budgetBytes, surroundings } = this.#options;
    const outer = { host: address, address, port, connection } as const;
    const peer: Peer = { ...outer, direction: "outgoing", transport: "tcp", isTls: false, surroundings };
    const open = (protocol: Protocol, inner: Peer) => protocol.record(inner);
    const known = { expectedFor: () => null, isTlsFor: () => false, tls: "told" } as const;
    return new Conversation({ protocols, fallback, peer, open, budgetBytes, ...known });
  }

  #forwardTls(origin: Origin): ForwardTls | null {
    const { tls, blindReason, pinnedIn } = this.#options;
    const { address, port } = origin;
    const { refusals } = this.#options;
    if (tls === null || this.#upstreams === null) return null;
    const known = blindReason(origin).catch(() => null);
    return {
      upstreams: mindingPins(this.#upstreams, (shown) => pinnedIn(origin, shown), { address, port, refusals }),
      refusals,
      alpn: this.#alpn,
      keyLog: tls.keyLog,
      blindReason: async (serverName) => refusals.reasonFor({ address, port, serverName }) ?? (await known),
    };
  }
}
