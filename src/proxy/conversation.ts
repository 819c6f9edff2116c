/**
 * One connection's life as bytes: sniffing, then one session, then perhaps silence with a reason. The same for what the tap
 * captured (decoded off-line) and for what a relay holds in its hands.
 *
 * It never throws, owns no socket and no clock, and drains whatever a session yields. A session that throws, loses its place
 * or holds more than its budget is dropped with the reason; the bytes are none of its business. Its counterpart is sniff.ts,
 * which judges the heads that are kept here.
 */
import type { Chunk, Peer, Protocol, Session, Side, Step } from "../core/protocol.ts";
import { headLimitBytes, sniff, type Verdict } from "./sniff.ts";

/** How long whoever speaks first may pause in the middle of a head that nobody recognises yet. */
const silenceMs = 250;

export interface ConversationOptions {
  readonly protocols: readonly Protocol[];
  /** Used when every protocol has said no, or several have said yes. */
  readonly fallback: Protocol;
  readonly peer: Peer;
  /** Begins the session: the protocol's `record` or its `replay` with a pool. */
  readonly open: (protocol: Protocol) => Session<unknown>;
  /** How many bytes may go in without an exchange or an answer coming out. */
  readonly budgetBytes: number;
  /**
   * The one protocol recorded for this destination, in replay. Where its server speaks first, or where it is the fallback,
   * the session begins without sniffing; elsewhere it only breaks a tie.
   */
  readonly expected: Protocol | null;
}

/** Feeds one connection's chunks to whichever protocol they belong to. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #heads = { client: new Head(), server: new Head() };
  /** The sides that have ended, each with whether it was cut off. */
  readonly #ended = new Map<Side, boolean>();
  /** What was heard while sniffing, in order; empty once the session has it. */
  #heard: Chunk[] = [];
  #heardAt = 0;
  #session: Session<unknown> | null = null;
  #protocol: Protocol | null = null;
  #unread: string | null = null;
  #claimedBy: readonly string[] = [];
  #isStarted = false;
  #isClosed = false;
  #heldBytes = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** The protocol that the bytes turned out to be, or null while that is open or where nobody reads them. */
  get protocol(): Protocol | null {
    return this.#protocol;
  }

  /** Why the rest of this connection is not read, or null. */
  get unread(): string | null {
    return this.#unread;
  }

  /** The protocols that recognised these bytes as theirs at once, so that the fallback reads them; normally empty. */
  get claimedBy(): readonly string[] {
    return this.#claimedBy;
  }

  /** Once, when the connection is there; `data` sees to it where a caller has nothing to do with the steps. */
  start(): Step<unknown>[] {
    const { expected, fallback } = this.#options;
    if (this.#isStarted) return [];
    this.#isStarted = true;
    if (expected === null || (expected !== fallback && expected.speaksFirst !== "server")) return [];
    return this.#begin(expected);
  }

  data(chunk: Chunk): Step<unknown>[] {
    const steps = this.start();
    if (this.#isOver) return steps;
    if (this.#session !== null) return steps.concat(this.#feed(chunk));
    this.#heard.push(chunk);
    this.#heardAt = chunk.at;
    this.#heads[chunk.from].add(chunk.bytes);
    return this.#judge(false);
  }

  /** The time asked for by a `wake` step has come. While sniffing: nobody has said more for that long. */
  wake(at: number): Step<unknown>[] {
    if (this.#isOver) return [];
    const session = this.#session;
    if (session !== null) return this.#run(() => session.wake(at));
    if (this.#heard.length === 0) return [];
    const quietMs = at - this.#heardAt;
    return quietMs < silenceMs ? [{ do: "wake", afterMs: silenceMs - quietMs }] : this.#judge(true);
  }

  /** Bytes of that side went by unseen. */
  gap(from: Side): Step<unknown>[] {
    if (this.#isOver) return [];
    const session = this.#session;
    if (session === null) return this.#giveUp("bytes were lost before the protocol was known");
    return this.#run(() => {
      session.gap(from);
      return [];
    });
  }

  /** That side will send nothing more; `isReset` where it was cut off rather than finished. */
  end(from: Side, isReset = false): Step<unknown>[] {
    this.#ended.set(from, isReset);
    if (this.#isOver) return [];
    const session = this.#session;
    if (session !== null) return this.#run(() => session.end(from, isReset));
    return this.#heard.length > 0 && this.#ended.size === 2 ? this.#judge(true) : [];
  }

  /** Whoever would speak has paused: settles the protocol with what is there. */
  settle(): Step<unknown>[] {
    return this.#isOver || this.#session !== null || this.#heard.length === 0 ? [] : this.#judge(true);
  }

  get #isOver(): boolean {
    return this.#isClosed || this.#unread !== null;
  }

  #judge(isSilent: boolean): Step<unknown>[] {
    const { protocols, fallback, peer, expected } = this.#options;
    const head = { client: this.#heads.client.bytes, server: this.#heads.server.bytes };
    const verdict: Verdict = sniff({ protocols, head, peer, isSilent, expected });
    if (verdict.is === "more") return [{ do: "wake", afterMs: silenceMs }];
    if (verdict.is === "tls") return this.#giveUp(verdict.serverName === null ? "TLS" : `TLS (${verdict.serverName})`);
    if (verdict.is === "protocol") return this.#begin(verdict.protocol);
    this.#claimedBy = verdict.claimedBy;
    return this.#begin(fallback);
  }

  /** Opens the session and hands it what was heard so far, each chunk with its own time. */
  #begin(protocol: Protocol): Step<unknown>[] {
    this.#protocol = protocol;
    const heard = this.#heard;
    this.#forget();
    const steps = this.#run(() => {
      const session = this.#options.open(protocol);
      this.#session = session;
      return session.start();
    });
    for (const chunk of heard) if (!this.#isOver) steps.push(...this.#feed(chunk));
    for (const [side, isReset] of this.#ended) {
      const session = this.#session;
      if (session !== null && !this.#isOver) steps.push(...this.#run(() => session.end(side, isReset)));
    }
    return steps;
  }

  #feed(chunk: Chunk): Step<unknown>[] {
    const session = this.#session;
    if (session === null) return [];
    this.#heldBytes += chunk.bytes.length;
    const steps = this.#run(() => session.data(chunk));
    if (this.#heldBytes > this.#options.budgetBytes && !this.#isOver) {
      const limit = this.#options.budgetBytes;
      steps.push(
        ...this.#giveUp(`${this.#protocol?.name} took more than ${limit} bytes without finishing an exchange`),
      );
    }
    return steps;
  }

  /** Drains what the session yields; what came before it threw was finished and stays. */
  #run(yields: () => Iterable<Step<unknown>>): Step<unknown>[] {
    const steps: Step<unknown>[] = [];
    try {
      for (const step of yields()) this.#take(step, steps);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (!this.#isOver) steps.push(...this.#giveUp(`${this.#protocol?.name} could not be read: ${words}`));
    }
    return steps;
  }

  #take(step: Step<unknown>, steps: Step<unknown>[]): void {
    if (this.#unread !== null) return;
    switch (step.do) {
      case "unread":
        steps.push(...this.#giveUp(step.reason));
        return;
      case "startTls":
        steps.push(...this.#giveUp("TLS"));
        return;
      case "close":
        this.#isClosed = true;
        break;
      case "emit":
      case "send":
      case "miss":
        this.#heldBytes = 0;
        break;
      case "wake":
      case "name":
        break;
    }
    steps.push(step);
  }

  #giveUp(reason: string): Step<unknown>[] {
    this.#unread = reason;
    this.#session = null;
    this.#forget();
    return [{ do: "unread", reason }];
  }

  #forget(): void {
    this.#heard = [];
    this.#heads.client = new Head();
    this.#heads.server = new Head();
  }
}

/** The first bytes of one direction, grown by doubling so that one byte at a time costs no more than all at once. */
class Head {
  #buffer = new Uint8Array(0);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  add(bytes: Uint8Array): void {
    const taken = bytes.subarray(0, headLimitBytes - this.#length);
    if (this.#length + taken.length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(256, (this.#length + taken.length) * 2));
      grown.set(this.bytes);
      this.#buffer = grown;
    }
    this.#buffer.set(taken, this.#length);
    this.#length += taken.length;
  }
}
