/**
 * Whether one client takes our certificate for its server's: it says so in the handshake, or it leaves right after it
 * without a word (run times that verify only then), or it begins to speak. What it did is kept for its next connections.
 */
import { type Asked, type Refusal, type Refusals, refusalSentence } from "./refusals.ts";
import type { TlsFailure } from "./tls/tls-line.ts";

/** What a client did that does not take our certificate, in a few words. */
export const howOf = ({ kind, alert, message }: TlsFailure): string => {
  if (kind === "alert") return alert ?? message;
  if (kind === "ours") return message;
  return kind === "reset" ? "it reset the connection" : "it closed the connection";
};

/** The same as a sentence, for a server that it would believe. */
export const refusalOf = (failure: TlsFailure): string => refusalSentence(howOf(failure), null);

/** What the client was shown. */
export type Shown = Pick<Refusal, "fault" | "believer">;

/** Whoever checks a certificate after the handshake does so at once. */
const atOnceMs = 250;

/** A run time that loads first what it checks with; so long a silence says nothing unless there is something to find. */
const slowlyMs = 5_000;

export class Acceptance {
  readonly #refusals: Refusals;
  readonly #asked: Asked;
  readonly #shown: Shown;
  #shakenAt: number | null = null;
  #isSettled = false;

  constructor(refusals: Refusals, asked: Asked, { fault, believer }: Shown) {
    this.#refusals = refusals;
    this.#asked = asked;
    this.#shown = { fault, believer };
  }

  /** The handshake is done. */
  shaken(at: number): void {
    this.#shakenAt = at;
  }

  /** The handshake failed: the sentence for the report. */
  failed(failure: TlsFailure): string {
    this.#isSettled = true;
    if (failure.kind !== "ours") return this.#refused(howOf(failure), failure.kind === "alert" ? "alert" : "broken");
    const reason = `TLS: the app's handshake cannot be answered: ${failure.message}`;
    this.giveUp(reason);
    return reason;
  }

  /** It has said something over TLS. */
  spoke(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#refusals.accepted(this.#asked);
  }

  /** It turned out in another way that it cannot be read. */
  giveUp(reason: string): void {
    this.#isSettled = true;
    this.#refusals.giveUp(this.#asked, reason);
  }

  /** It is gone: the sentence for the report where that was a refusal, or null. */
  left(at: number, failure: TlsFailure | null): string | null {
    if (this.#isSettled || this.#shakenAt === null) return null;
    this.#isSettled = true;
    if (failure?.kind === "alert") return this.#refused(howOf(failure), "alert");
    const tookMs = at - this.#shakenAt;
    if (tookMs > (this.#shown.fault === null ? atOnceMs : slowlyMs)) return null;
    return this.#refused(`it left ${tookMs > atOnceMs ? "soon" : "right"} after the handshake`, "left");
  }

  #refused(how: string, sign: Refusal["sign"]): string {
    return this.#refusals.refused(this.#asked, { ...this.#shown, how, sign });
  }
}
