/**
 * Which protocol a destination spoke while recording: lets a server that speaks first be answered for, before the app has
 * sent a byte. Destinations that spoke several, or none, are sniffed.
 */
import { Endpoints } from "../core/endpoints.ts";
import type { MockEntry } from "../core/mock-entry.ts";
import type { Peer, Protocol } from "../core/protocol.ts";

/** Answers with the one protocol recorded for a peer, or `null`. */
export function expectedProtocols(
  mocks: readonly MockEntry[],
  protocols: readonly Protocol[],
): (peer: Pick<Peer, "host" | "address" | "port">) => Protocol | null {
  const endpoints = new Endpoints();
  for (const { destination } of mocks) if (destination) endpoints.join(destination.host, destination.address);
  const spoken = new Map<string, Set<string>>();
  for (const { destination, protocol } of mocks) {
    if (!destination) continue;
    const place = `${destination.port} ${endpoints.find(destination.host, destination.address) ?? ""}`;
    spoken.set(place, (spoken.get(place) ?? new Set()).add(protocol));
  }
  return (peer) => {
    const names = spoken.get(`${peer.port} ${endpoints.find(peer.host, peer.address) ?? ""}`);
    if (names?.size !== 1) return null;
    return protocols.find((protocol) => names.has(protocol.name)) ?? null;
  };
}
