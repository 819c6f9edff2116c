/**
 * What the recording says of TLS that it could not read, by place: in replay it is wrong in the same way. Where only some
 * of the app's clients refused a server, or it them, and others were recorded with it, nobody tells them apart: then all are
 * answered.
 */
import type { MockEntry } from "../core/mock-entry.ts";
import { isBelievedBySome } from "../proxy/tls/fault-clauses.ts";
import { turnedDownIn } from "../proxy/turned-down.ts";
import type { UnreadConnections } from "../store/config.ts";

/** By `host:port`, all that was said. */
export function sealedPlaces(
  unread: readonly UnreadConnections[],
  mocks: readonly Pick<MockEntry, "destination">[],
): ReadonlyMap<string, string> {
  const recorded = new Set(mocks.flatMap(({ destination: at }) => (at ? [`${at.host}:${at.port}`] : [])));
  const sealed = new Map<string, string>();
  for (const { peer, reason } of unread) {
    if (!reason.startsWith("TLS")) continue;
    if (recorded.has(peer) && turnedDownIn(reason) !== null) continue;
    const before = sealed.get(peer);
    sealed.set(peer, before === undefined ? reason : `${before}; ${reason}`);
  }
  for (const [peer, reason] of sealed) {
    // Refused by some, as it is without us, it stays a place about which something is known.
    if (recorded.has(peer) && isBelievedBySome(reason)) sealed.set(peer, "TLS: some of the app's clients refused it");
  }
  return sealed;
}
