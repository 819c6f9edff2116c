/**
 * Which protocol a destination spoke while recording, and whether over TLS: lets a server that speaks first be answered for, before the app has
 * sent a byte. Destinations that spoke several, or none, are sniffed.
 */
import { Endpoints } from "../core/endpoints.ts";
import type { MockEntry } from "../core/mock-entry.ts";
import type { Peer, Protocol } from "../core/protocol.ts";
import type { LearnedPeer } from "../store/config.ts";
import type { TestSet } from "../store/test-set-reader.ts";

type Place = Pick<Peer, "host" | "address" | "port">;

/** Answers with the one protocol recorded for a peer, or `null`. */
export function expectedProtocols(
  mocks: readonly MockEntry[],
  protocols: readonly Protocol[],
): (peer: Place) => Protocol | null {
  const places = new Places(mocks);
  return (peer) => {
    const names = new Set(places.at(peer).map(({ protocol }) => protocol));
    return names.size === 1 ? (protocols.find((protocol) => names.has(protocol.name)) ?? null) : null;
  };
}

/**
 * Who may recognise a conversation as its own. Another tool records what it cannot read as mere bytes, and not for whom: where
 * such mocks are, only what the set itself holds is recognised, so that they answer bytes that somebody here could read.
 */
export function claimants(
  { mocks, tests }: Pick<TestSet, "mocks" | "tests">,
  protocols: readonly Protocol[],
  fallback: Protocol,
): readonly Protocol[] {
  if (!mocks.some(({ protocol, destination }) => protocol === fallback.name && destination === null)) return protocols;
  const held = new Set([...mocks, ...tests].map(({ protocol }) => protocol));
  return protocols.filter(({ name }) => held.has(name));
}

/**
 * Whether TLS protected what was recorded for a peer. Where it may begin in the middle, one exchange under TLS says that the
 * server speaks it; where it cannot, all must have been, since in a protocol that nobody understands TLS came later otherwise.
 */
export function recordedTls(mocks: readonly MockEntry[], protocols: readonly Protocol[]): (peer: Place) => boolean {
  const places = new Places(mocks);
  const upgrading = new Set(protocols.filter(({ upgrades }) => upgrades).map(({ name }) => name));
  return (peer) => {
    const spoken = places.at(peer);
    return (
      spoken.some(({ protocol, isTls }) => isTls && upgrading.has(protocol)) ||
      (spoken.length > 0 && spoken.every(({ isTls }) => isTls))
    );
  };
}

/** Of the ends that refused a connection those that never answered one: where both was recorded, mocks answer. */
export function neverReached(refusing: readonly LearnedPeer[], mocks: readonly MockEntry[]): readonly LearnedPeer[] {
  const reached = new Set(mocks.map(({ destination }) => `${destination?.address} ${destination?.port}`));
  return refusing.filter(({ address, port }) => !reached.has(`${address} ${port}`));
}

/** What was spoken where, each way once. */
class Places {
  readonly #endpoints = new Endpoints();
  readonly #spoken = new Map<string, Map<string, { readonly protocol: string; readonly isTls: boolean }>>();

  constructor(mocks: readonly MockEntry[]) {
    for (const { destination } of mocks) if (destination) this.#endpoints.join(destination.host, destination.address);
    for (const { destination, protocol } of mocks) {
      if (!destination) continue;
      const place = this.#name(destination);
      const ways = this.#spoken.get(place) ?? new Map<string, { protocol: string; isTls: boolean }>();
      ways.set(`${protocol} ${destination.isTls}`, { protocol, isTls: destination.isTls });
      this.#spoken.set(place, ways);
    }
  }

  at(peer: Place): readonly { readonly protocol: string; readonly isTls: boolean }[] {
    return [...(this.#spoken.get(this.#name(peer))?.values() ?? [])];
  }

  #name({ host, address, port }: Place): string {
    return `${port} ${this.#endpoints.find(host, address) ?? ""}`;
  }
}
