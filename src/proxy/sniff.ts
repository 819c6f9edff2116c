/**
 * Which protocol a connection speaks, by the bytes alone. Every protocol sees the same head and exactly one may say yes;
 * a TLS ClientHello is recognised before any of them is asked. No port decides: where the head settles nothing and whoever
 * would speak has fallen silent, what was recorded for that destination breaks the tie.
 *
 * Pure: keeps no state and no bytes. Its counterpart, which keeps both, is conversation.ts.
 */
import type { Detection, Peer, Protocol, Side } from "../core/protocol.ts";
import { type ClientHello, readClientHello } from "./client-hello.ts";
import { headLimitBytes } from "./head.ts";
import { tellingBytes } from "./hello-watch.ts";

/** The first bytes of both directions. */
export type Head = Readonly<Record<Side, Uint8Array>>;

export type Verdict =
  /** `isHello`: the client's bytes look like the beginning of TLS. */
  | { readonly is: "more"; readonly isHello: boolean }
  /** `hello` is null where it is not whole and the rest does not come. */
  | { readonly is: "tls"; readonly hello: ClientHello | null }
  | { readonly is: "protocol"; readonly protocol: Protocol }
  /** `claimedBy` names the protocols that said yes together; empty where none did. */
  | { readonly is: "fallback"; readonly claimedBy: readonly string[] };

export interface SniffOptions {
  readonly protocols: readonly Protocol[];
  readonly head: Head;
  readonly peer: Peer;
  /** Nobody goes on speaking: a verdict is due, unless nothing was said at all. */
  readonly isSilent: boolean;
  /** What was recorded for this destination: the one that a tie of `more` goes to. */
  readonly expected: Protocol | null;
}

/** Judges the head; a verdict other than `more` is final. */
export const sniff = ({ protocols, head, peer, isSilent, expected }: SniffOptions): Verdict => {
  const isEmpty = head.client.length === 0 && head.server.length === 0;
  const isFull = head.client.length >= headLimitBytes || head.server.length >= headLimitBytes;
  if (peer.transport === "tcp" && head.client.length > 0) {
    const hello = readClientHello(head.client);
    if (hello.is === "yes") return { is: "tls", hello };
    // What names a ClientHello is enough once the rest does not come.
    const isNamed = hello.is === "more" && head.client.length >= tellingBytes;
    if (isNamed && (isSilent || isFull)) return { is: "tls", hello: null };
    if (hello.is === "more" && !isSilent && !isFull) return { is: "more", isHello: true };
  }
  const said = protocols.map((protocol) => ({ protocol, detection: ask(protocol, head, peer) }));
  const claimants = said.filter(({ detection }) => detection === "yes").map(({ protocol }) => protocol);
  const [first, second] = claimants;
  if (first !== undefined && second === undefined) return { is: "protocol", protocol: first };
  if (second !== undefined) return { is: "fallback", claimedBy: claimants.map(({ name }) => name) };
  const undecided = said.filter(({ detection }) => detection === "more").map(({ protocol }) => protocol);
  if (undecided.length === 0) return { is: "fallback", claimedBy: [] };
  if (isEmpty || (!isSilent && !isFull)) return { is: "more", isHello: false };
  if (expected !== null && undecided.includes(expected)) return { is: "protocol", protocol: expected };
  return { is: "fallback", claimedBy: [] };
};

/** A detector that throws has not recognised anything. */
const ask = (protocol: Protocol, head: Head, peer: Peer): Detection => {
  try {
    return protocol.detect(head, peer);
  } catch {
    return "no";
  }
};
