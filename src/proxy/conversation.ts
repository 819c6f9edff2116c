/**
 * One connection's life as bytes: sniffing, then a session, then perhaps silence with a reason. TLS and tunnels make layers
 * of it: what a layer protects or carries is sniffed and read like a connection of its own, under a peer of its own. The same
 * for what the tap captured (decoded off-line) and for what a relay holds in its hands.
 *
 * It never throws, owns no socket and no clock, and drains whatever a session yields. A session that throws, loses its place
 * or holds more than its budget is dropped with the reason; the bytes are none of its business. Its counterparts are
 * sniff.ts, which judges the heads that are kept here, and hello-watch.ts, which finds TLS that begins later.
 */
import type { Exchange } from "../core/exchange.ts";
import type { Chunk, Peer, Protocol, Session, Side, Step } from "../core/protocol.ts";
import type { ClientHello } from "./client-hello.ts";
import { Head, headLimitBytes } from "./head.ts";
import { HelloWatch } from "./hello-watch.ts";
import { sniff, type Verdict } from "./sniff.ts";

/** How long whoever speaks first may pause in the middle of a head that nobody recognises yet. */
const silenceMs = 250;

/** A step with what its hearer cannot know: of which layer it is. */
export type Told =
  | Exclude<Step<unknown>, { do: "emit" | "startTls" | "tunnel" }>
  | {
      readonly do: "emit";
      readonly exchange: Exchange<unknown>;
      readonly protocol: Protocol;
      readonly peer: Peer;
    }
  /**
   * The client begins TLS: `early` are its bytes from the hello on, the last of those given. Nothing is heard until
   * `secured` tells that the handshake is done; then what TLS protects.
   */
  | { readonly do: "startTls"; readonly hello: ClientHello; readonly early: Uint8Array };

export interface ConversationOptions {
  readonly protocols: readonly Protocol[];
  /** Used when every protocol has said no, or several have said yes. */
  readonly fallback: Protocol;
  readonly peer: Peer;
  /** Begins a session: the protocol's `record`, or its `replay` with a pool. */
  readonly open: (protocol: Protocol, peer: Peer) => Session<unknown>;
  /** How many bytes may go in without an exchange or an answer coming out. */
  readonly budgetBytes: number;
  /**
   * The one protocol recorded for a destination, in replay. Where its server speaks first, or where it is the fallback,
   * the session begins without sniffing; elsewhere it only breaks a tie.
   */
  readonly expectedFor: (peer: Peer) => Protocol | null;
  /** Whether TLS protected what was recorded for the far end of a tunnel, in replay. */
  readonly isTlsFor: (peer: Peer) => boolean;
  /** What becomes of TLS: it is told, for whoever terminates it, or it ends the reading. */
  readonly tls: "told" | "unread";
}

/** Feeds one connection's chunks to whichever protocol they belong to. */
export class Conversation {
  readonly #options: ConversationOptions;
  #peer: Peer;
  #expected: Protocol | null = null;
  #heads = { client: new Head(), server: new Head() };
  /** The sides that have ended, each with whether it was cut off. */
  readonly #ended = new Map<Side, boolean>();
  /** What was heard while sniffing, in order; empty once the session has it. */
  #heard: Chunk[] = [];
  #heardAt = 0;
  /** The client's head may be a hello that is not whole. */
  #isHelloHeard = false;
  #watch: HelloWatch | null = null;
  /** The end of the chunk at hand, which belongs to what the session has just begun. */
  #early: Chunk | null = null;
  #session: Session<unknown> | null = null;
  #protocol: Protocol | null = null;
  #unread: string | null = null;
  #claimedBy: readonly string[] = [];
  #isStarted = false;
  #isSecured = false;
  #isTunnelled = false;
  #isClear = false;
  #isClosed = false;
  #heldBytes = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#peer = options.peer;
  }

  /** The far end of the layer that is being read. */
  get peer(): Peer {
    return this.#peer;
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

  /** Neither TLS nor a tunnel so far: what is learned here holds for the destination itself. */
  get isDirect(): boolean {
    return !this.#isSecured && !this.#isTunnelled;
  }

  /** How many of the client's last bytes may turn out to be TLS: whoever hands bytes on keeps these back meanwhile. */
  get undecidedBytes(): number {
    return this.#isHelloHeard ? this.#heads.client.bytes.length : (this.#watch?.heldBytes ?? 0);
  }

  /** Once, when the connection is there; `data` sees to it where a caller has nothing to do with the steps. */
  start(): Told[] {
    if (this.#isStarted) return [];
    this.#isStarted = true;
    const expected = this.#options.expectedFor(this.#peer);
    this.#expected = expected;
    if (expected === null) return [];
    if (expected !== this.#options.fallback && expected.speaksFirst !== "server") return [];
    // Where all was protected and nothing can upgrade, TLS comes before the server's first word.
    if (this.#peer.isTls && !this.#isSecured && !expected.upgrades) return [];
    return this.#begin(expected);
  }

  data(chunk: Chunk): Told[] {
    const steps = this.start();
    return this.#isOver ? steps : steps.concat(this.#hear(chunk));
  }

  /** The time asked for by a `wake` step has come. While sniffing: nobody has said more for that long. */
  wake(at: number): Told[] {
    if (this.#isOver) return [];
    const session = this.#session;
    if (session !== null) return this.#run(() => session.wake(at));
    if (this.#heard.length === 0) return [];
    const quietMs = at - this.#heardAt;
    return quietMs < silenceMs ? [{ do: "wake", afterMs: silenceMs - quietMs }] : this.#judge(true);
  }

  /** Bytes of that side went by unseen. */
  gap(from: Side): Told[] {
    if (this.#isOver) return [];
    const session = this.#session;
    if (session === null) return this.#giveUp("bytes were lost before the protocol was known");
    this.#watch?.release();
    return this.#run(() => {
      session.gap(from);
      return [];
    });
  }

  /** That side will send nothing more; `isReset` where it was cut off rather than finished. */
  end(from: Side, isReset = false): Told[] {
    this.#ended.set(from, isReset);
    if (this.#isOver) return [];
    if (this.#session === null) return this.#heard.length > 0 && this.#ended.size === 2 ? this.#judge(true) : [];
    const steps = from === "client" ? this.#release() : [];
    const session = this.#session;
    return session === null ? steps : steps.concat(this.#run(() => session.end(from, isReset)));
  }

  /** Whoever would speak has paused: settles the protocol with what is there. */
  settle(): Told[] {
    return this.#isOver || this.#session !== null || this.#heard.length === 0 ? [] : this.#judge(true);
  }

  /**
   * TLS stands, for that server name: what follows is what it protects. At the head of a connection or tunnel, that is a
   * layer of its own; in mid-stream the session goes on.
   */
  secured(serverName: string | null): Told[] {
    if (this.#isOver) return [];
    const { host, address } = this.#peer;
    const isNamed = serverName !== null && (this.#session === null || host === address);
    this.#peer = { ...this.#peer, host: isNamed ? serverName : host, isTls: true };
    this.#isSecured = true;
    this.#watch = null;
    if (this.#session === null) {
      this.#forget();
      this.#isStarted = false;
      return this.start();
    }
    return this.#protocol === this.#options.fallback ? this.#clear() : [];
  }

  get #isOver(): boolean {
    return this.#isClosed || this.#unread !== null;
  }

  #hear(chunk: Chunk): Told[] {
    if (this.#session !== null) return chunk.from === "client" ? this.#weigh(chunk) : this.#feed(chunk);
    this.#heard.push(chunk);
    this.#heardAt = chunk.at;
    this.#heads[chunk.from].add(chunk.bytes);
    return this.#judge(false);
  }

  #judge(isSilent: boolean): Told[] {
    const { protocols } = this.#options;
    const head = { client: this.#heads.client.bytes, server: this.#heads.server.bytes };
    const expected = this.#expected;
    const verdict: Verdict = sniff({ protocols, head, peer: this.#peer, isSilent, expected });
    this.#isHelloHeard = verdict.is === "more" && verdict.isHello;
    if (verdict.is === "more") return [{ do: "wake", afterMs: silenceMs }];
    if (verdict.is === "tls") return this.#tlsAtHead(verdict.hello);
    if (verdict.is === "protocol") return this.#begin(verdict.protocol);
    this.#claimedBy = verdict.claimedBy;
    return this.#begin(this.#options.fallback);
  }

  #tlsAtHead(hello: ClientHello | null): Told[] {
    // A hello that stops half-way is waited for by whoever would answer it.
    this.#isHelloHeard = hello === null;
    if (hello === null && this.#options.tls === "told" && this.#mayStillComplete) return [];
    const early = Buffer.concat(this.#heard.filter(({ from }) => from === "client").map(({ bytes }) => bytes));
    const greeting = this.#heard.filter(({ from }) => from === "server");
    this.#forget();
    if (hello === null || greeting.length === 0) return this.#tls(hello, early);
    // The server has spoken before: this is an upgrade in a conversation that nobody understands.
    this.#heard = greeting;
    return [...this.#begin(this.#options.fallback), ...(this.#isOver ? [] : this.#tls(hello, early))];
  }

  get #mayStillComplete(): boolean {
    return !this.#ended.has("client") && this.#heads.client.bytes.length < headLimitBytes;
  }

  #tls(hello: ClientHello | null, early: Uint8Array): Told[] {
    const name = hello?.serverName ?? null;
    if (hello === null || this.#options.tls === "unread") return this.#giveUp(name === null ? "TLS" : `TLS (${name})`);
    return [{ do: "startTls", hello, early }];
  }

  /** Opens the session and hands it what was heard so far, each chunk with its own time. */
  #begin(protocol: Protocol): Told[] {
    this.#protocol = protocol;
    const heard = this.#heard;
    this.#forget();
    const isFallback = protocol === this.#options.fallback;
    if (isFallback && this.#peer.transport === "tcp" && !this.#isSecured) this.#watch = new HelloWatch("possible");
    const steps = this.#run(() => {
      const session = this.#options.open(protocol, this.#peer);
      this.#session = session;
      return session.start();
    });
    if (!protocol.upgrades && this.#watch === null) steps.push(...this.#clear());
    for (const chunk of heard) if (!this.#isOver) steps.push(...this.#hear(chunk));
    for (const [side, isReset] of this.#ended) {
      const session = this.#session;
      if (session !== null && !this.#isOver) steps.push(...this.#run(() => session.end(side, isReset)));
    }
    return steps;
  }

  /** A client's chunk is TLS, or the session's, or is held until one or the other is known. */
  #weigh(chunk: Chunk): Told[] {
    const watch = this.#watch;
    if (watch === null) return this.#feed(chunk);
    const watched = watch.weigh(chunk);
    if (watched.is === "held") return [];
    if (watched.is === "tls") {
      this.#watch = null;
      return this.#tls(watched.hello, watched.early);
    }
    const steps = watched.chunks.flatMap((held) => this.#feed(held));
    if (!watch.isOver || this.#watch !== watch) return steps;
    this.#watch = null;
    return this.#protocol === this.#options.fallback ? steps.concat(this.#clear()) : steps;
  }

  #release(): Told[] {
    return this.#watch?.release().flatMap((held) => this.#feed(held)) ?? [];
  }

  #feed(chunk: Chunk): Told[] {
    const session = this.#session;
    if (session === null || this.#isOver) return [];
    this.#heldBytes += chunk.bytes.length;
    const steps = this.#run(() => session.data(chunk), chunk);
    if (this.#heldBytes > this.#options.budgetBytes && !this.#isOver) {
      const limit = this.#options.budgetBytes;
      steps.push(
        ...this.#giveUp(`${this.#protocol?.name} took more than ${limit} bytes without finishing an exchange`),
      );
    }
    return steps;
  }

  /** Drains what the session yields; what came before it threw was finished and stays. */
  #run(yields: () => Iterable<Step<unknown>>, chunk: Chunk | null = null): Told[] {
    const steps: Told[] = [];
    try {
      for (const step of yields()) {
        this.#take(step, chunk, steps);
        if (step.do === "tunnel") break;
      }
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (!this.#isOver) steps.push(...this.#giveUp(`${this.#protocol?.name} could not be read: ${words}`));
    }
    // Only when the session has said all: it may be asked again.
    const early = this.#early;
    this.#early = null;
    if (early !== null && !this.#isOver) steps.push(...this.#hear(early));
    return steps;
  }

  #take(step: Step<unknown>, chunk: Chunk | null, steps: Told[]): void {
    if (this.#unread !== null) return;
    switch (step.do) {
      case "unread":
        steps.push(...this.#giveUp(step.reason));
        return;
      case "startTls":
        steps.push(...this.#upgrade(step.early, chunk));
        return;
      case "tunnel":
        steps.push(...this.#tunnel(step, chunk));
        return;
      case "clear":
        steps.push(...this.#clear());
        return;
      case "emit": {
        this.#heldBytes = 0;
        const { exchange } = step;
        if (this.#protocol !== null) steps.push({ do: "emit", exchange, protocol: this.#protocol, peer: this.#peer });
        return;
      }
      case "close":
        this.#isClosed = true;
        break;
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

  /** The session has agreed on TLS. Where the client says something else next, what passes is plain text already. */
  #upgrade(early: Uint8Array, chunk: Chunk | null): Told[] {
    this.#watch = new HelloWatch("due");
    if (early.length === 0 || chunk === null) return [];
    if (chunk.from === "server") return this.#giveUp("the server spoke in clear when TLS was due");
    this.#early = { ...chunk, bytes: early };
    return [];
  }

  #tunnel({ host, port, early }: Extract<Step<unknown>, { do: "tunnel" }>, chunk: Chunk | null): Told[] {
    const plain = { ...this.#peer, host, address: host, port, isTls: false };
    this.#peer = { ...plain, isTls: this.#options.isTlsFor(plain) };
    this.#session = null;
    this.#protocol = null;
    this.#watch = null;
    this.#forget();
    this.#isStarted = false;
    this.#isTunnelled = true;
    this.#isSecured = false;
    this.#isClear = false;
    this.#heldBytes = 0;
    if (early.length > 0 && chunk !== null) this.#early = { ...chunk, bytes: early };
    return this.start();
  }

  #clear(): Told[] {
    if (this.#isClear || this.#peer.transport !== "tcp") return [];
    this.#isClear = true;
    return [{ do: "clear" }];
  }

  #giveUp(reason: string): Told[] {
    this.#unread = reason;
    this.#session = null;
    this.#watch = null;
    this.#forget();
    return [{ do: "unread", reason }];
  }

  #forget(): void {
    this.#heard = [];
    this.#isHelloHeard = false;
    this.#heads = { client: new Head(), server: new Head() };
  }
}
