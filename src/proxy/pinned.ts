/**
 * Servers whose certificate the client's own program knows: as soon as such a server has shown it, the client is left to it,
 * before anything is said in its name. Who looks into the program is no question of this file.
 */
import type { ShownChain } from "../core/shown-chain.ts";
import type { Asked, Refusals } from "./refusals.ts";
import type { Upstreams } from "./tls/upstream.ts";

/** Where the client's program holds what it knows the server by, in words; null where it does not. */
export type PinnedIn = (shown: ShownChain) => Promise<string | null>;

/** The sentence for the report. */
export const pinnedSentence = (where: string): string =>
  `TLS: pinned certificate (found in the program: ${where}), so the app would take no other for the server's`;

/** `upstreams`, for one client, to whom `refusals` tells of servers that are passed on unread. */
export const mindingPins = (
  upstreams: Upstreams,
  pinnedIn: PinnedIn,
  { address, port, refusals }: Pick<Asked, "address" | "port"> & { readonly refusals: Refusals },
): Upstreams => ({
  async open(request) {
    const upstream = await upstreams.open(request);
    if (upstream.is !== "open") return upstream;
    const shown = { chain: upstream.facts.chain, isBelieved: upstream.refusal === null };
    const where = await pinnedIn(shown).catch(() => null);
    if (where === null) return upstream;
    const reason = pinnedSentence(where);
    refusals.giveUp({ address, port, serverName: request.hello.serverName }, reason);
    upstream.line.terminate();
    return { is: "blind", reason };
  },
});
