/**
 * Which destinations are passed on unread, since the app does not take our certificate for theirs: a pinned one, or roots
 * that cannot be reached. What is learned from one connection holds for those that follow, by address, port and name.
 *
 * Refuses to guess from one failure where the server's own certificate would have failed as well: a client that does not
 * verify may be next, and it is to be recorded. Only when nobody ever accepts, the app must know better than we do.
 */

import { faultClause } from "./recorded-fault.ts";
import { believedBy, mayBeKnownToApp } from "./tls/fault-clauses.ts";

/** A server as a client asks for it. */
export interface Asked {
  readonly address: string;
  readonly port: number;
  readonly serverName: string | null;
}

/** How a client turned away. */
export interface Refusal {
  /** As the alert has it, or what it did instead. */
  readonly how: string;
  /** What a client that verifies would find wrong with the server's own certificate; null for nothing. */
  readonly fault: string | null;
  /** The app's file of roots, where nobody else believes the server. */
  readonly believer: string | null;
  /** It said so; it broke the handshake off; or it left behind it without a word, as whoever only tries a port does too. */
  readonly sign: "alert" | "broken" | "left";
}

/** For the report, of a client that goes while others of the app's accept us: it may not have meant us at all. */
const leftSentence = (how: string): string =>
  `TLS: the app left before it said anything (${how}), as a pool does with connections to spare, while others of its connections take Reprise's certificate`;

/** For the report. */
export const refusalSentence = (how: string, fault: string | null, believer: string | null = null): string => {
  const refused = `the app does not take Reprise's certificate for the server's (${how})`;
  const unlessProven =
    believer === null ? refused : `${refused}; ${believedBy(believer)}, so who goes by others refuses it anyway`;
  const what = fault === null ? unlessProven : `the app refused the server (${how}), ${faultClause(fault)}`;
  return `TLS: ${what}; if the app has a CA file of its own, name it with --trust FILE`;
};

interface Learned {
  refusals: number;
  isAccepted: boolean;
  reason: string | null;
}

/** So many of what one alone would not tell. */
const enough = 2;

export class Refusals {
  readonly #learned = new Map<string, Learned & { readonly asked: Asked }>();

  /** Every server that is passed on unread, with the reason. */
  get all(): readonly (Asked & { readonly reason: string })[] {
    return [...this.#learned.values()].flatMap(({ asked, reason }) => (reason === null ? [] : [{ ...asked, reason }]));
  }

  /** Why that server is passed on unread, or null. */
  reasonFor(asked: Asked): string | null {
    return this.#learned.get(keyOf(asked))?.reason ?? null;
  }

  accepted(asked: Asked): void {
    this.#of(asked).isAccepted = true;
  }

  /** The sentence for the report. */
  refused(asked: Asked, refusal: Refusal): string {
    const { how, fault, believer, sign } = refusal;
    const learned = this.#of(asked);
    learned.refusals++;
    const isVerified = fault === null;
    // Who goes by other roots than that file's says no in the handshake; who is not seen to say it may have none in mind.
    const isSaid = sign === "alert" || (believer !== null && sign === "broken");
    if (isVerified && !isSaid && learned.isAccepted) return leftSentence(how);
    const sentence = refusalSentence(how, fault, believer);
    const isClear = (fault === null || mayBeKnownToApp(fault)) && sign !== "left";
    const isAlways = !learned.isAccepted && learned.refusals >= (isClear ? 1 : enough);
    // Some of the app's clients may go by that file, and others not.
    const isSure = isAlways || (isVerified && believer === null && sign === "alert");
    if (isSure) learned.reason = sentence;
    return sentence;
  }

  /** It can be learned in other ways too that TLS cannot be taken apart here. */
  giveUp(asked: Asked, reason: string): void {
    this.#of(asked).reason = reason;
  }

  #of(asked: Asked): Learned {
    const key = keyOf(asked);
    const learned = this.#learned.get(key) ?? { asked, refusals: 0, isAccepted: false, reason: null };
    this.#learned.set(key, learned);
    return learned;
  }
}

const keyOf = ({ address, port, serverName }: Asked): string => `${address} ${port} ${serverName?.toLowerCase() ?? ""}`;
