/**
 * The relay's `answer` mode: feeds one conversation with what the app says and sends what the session says. Never connects
 * anywhere. The rules are at the head of relay.ts; the counterpart that hands bytes on is forward.ts.
 *
 * Bytes that nobody can answer (TLS, a session that failed) end in a reset: a clean end might pass for a whole answer.
 */
import type { Miss } from "../core/exchange.ts";
import { refusalOf } from "./acceptance.ts";
import type { ClientHello } from "./client-hello.ts";
import type { Conversation, Told } from "./conversation.ts";
import type { Line } from "./line.ts";
import { highWaterBytes, Outlet } from "./outlet.ts";
import { readAt, type Ear, type Relay } from "./relay.ts";
import type { Leaf } from "./tls/authority.ts";
import { groupsFor } from "./tls/contexts.ts";
import { serveTls } from "./tls/tls-line.ts";
import { alertRecord, type TurnedDown } from "./turned-down.ts";

/** In whose name TLS is answered. */
export interface AnswerTls {
  /** How the server turned handshakes down, where it did; null where it answered. */
  turnedDownBy(hello: ClientHello): TurnedDown | null;
  leafFor(hello: ClientHello): Leaf;
  /** The protocol to speak, of those that the client offers. */
  alpnFor(hello: ClientHello): string | null;
  readonly keyLog: ((line: string) => void) | null;
}

/** What comes of answering, apart from bytes. */
export interface AnswerEvents {
  readonly onMiss: (miss: Miss) => void;
  readonly onUnread: (reason: string) => void;
  readonly onName: (host: string, addresses: readonly string[]) => void;
}

export interface AnswerOptions extends AnswerEvents {
  /** The app's connection. */
  readonly client: Line;
  /** Null where its conversation tells of no TLS. */
  readonly tls: AnswerTls | null;
  readonly conversation: Conversation;
  /** The socket is gone. */
  readonly onClosed: () => void;
}

/** A relay that speaks for the server. */
export interface Answering extends Relay {
  /** What the pool gives may be another: a session that asked to be told is woken. */
  nudge(): void;
}

/** Begins to answer; a server that speaks first has spoken when this returns. */
export const answer = (options: AnswerOptions): Answering => new Answer(options);

class Answer implements Answering {
  readonly #options: AnswerOptions;
  readonly #ear: Ear;
  /** The app's connection, or TLS over it. */
  #client: Line;
  #outlet: Outlet;
  #begun: Extract<Told, { do: "startTls" }> | null = null;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  /** Those of them before which the session wants to be told of changes. */
  readonly #curious = new Set<ReturnType<typeof setTimeout>>();
  #hasClientEnded = false;
  #isAsking = false;
  #isNudged = false;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#outlet = new Outlet(options.client);
    const { conversation } = options;
    this.#ear = {
      data: (bytes) => {
        // After our FIN the app is still heard, since a reset could destroy the answer on its way.
        if (this.#outlet.isFinished) return;
        const own = Uint8Array.prototype.slice.call(bytes);
        this.#ask(() => conversation.data({ from: "client", bytes: own, at: readAt() }));
      },
      drain: () => this.#drained(),
      end: () => this.#ended(false),
      close: (isReset) => this.#closed(isReset),
    };
    this.#client.data.ear = this.#ear;
    this.#ask(() => conversation.start());
  }

  abort(): void {
    this.#client.terminate();
  }

  nudge(): void {
    if (this.#curious.size === 0) return;
    if (this.#isAsking) this.#isNudged = true;
    else this.#ask(() => this.#options.conversation.wake(readAt()));
  }

  /** A change that the session itself causes is told to it when it has said all. */
  #ask(call: () => readonly Told[]): void {
    this.#isAsking = true;
    const steps = call();
    this.#isAsking = false;
    this.#act(steps);
    if (!this.#isNudged) return;
    this.#isNudged = false;
    this.nudge();
  }

  #act(steps: readonly Told[]): void {
    for (const step of steps) this.#do(step);
    this.#outlet.flush();
    this.#beginTls();
    if (this.#outlet.waitingBytes > highWaterBytes) this.#client.pause();
    if (this.#hasClientEnded && this.#timers.size === 0) this.#outlet.finish();
  }

  #do(step: Told): void {
    switch (step.do) {
      case "send":
        this.#outlet.keep(step.bytes);
        return;
      case "miss":
        this.#options.onMiss(step.miss);
        return;
      case "name":
        this.#options.onName(step.host, step.addresses);
        return;
      case "wake":
        this.#wakeIn(step);
        return;
      case "close":
        this.#outlet.finish();
        return;
      case "unread":
        this.#options.onUnread(step.reason);
        this.#client.terminate();
        return;
      case "startTls":
        this.#begun = step;
        return;
      // The others have no place in replay.
      case "clear":
      case "emit":
      case "replace":
      case "blind":
    }
  }

  #drained(): void {
    this.#outlet.flush();
    this.#beginTls();
    if (this.#outlet.waitingBytes <= highWaterBytes) this.#client.resume();
  }

  /** Behind the last byte in clear. What is sent from here on waits for the handshake by itself. */
  #beginTls(): void {
    const { tls, conversation, onUnread } = this.#options;
    const begun = this.#begun;
    if (begun === null || tls === null || this.#outlet.waitingBytes > 0) return;
    this.#begun = null;
    const { hello, early } = begun;
    const { keyLog } = tls;
    const turnedDown = tls.turnedDownBy(hello);
    if (turnedDown !== null) return this.#turnDown(turnedDown);
    // TLS over TLS listens a moment later; what comes meanwhile is the line's to keep.
    this.#client.data.ear = null;
    const line = serveTls(this.#client, {
      leaf: tls.leafFor(hello),
      alpn: tls.alpnFor(hello),
      early,
      groups: groupsFor(hello.groups),
      keyLog,
    });
    line.data.ear = this.#ear;
    this.#client = line;
    this.#outlet = new Outlet(line);
    void line.ready.then((result) => {
      if (result.is === "failed") onUnread(refusalOf(result));
    });
    this.#ask(() => conversation.secured(hello.serverName));
  }

  #turnDown(how: TurnedDown): void {
    if (how.by === "reset") return this.#client.terminate();
    if (how.by === "alert") this.#outlet.keep(alertRecord(how.alert));
    this.#outlet.flush();
    this.#outlet.finish();
  }

  #wakeIn({ afterMs, orOnChange = false }: Extract<Told, { do: "wake" }>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#curious.delete(timer);
      this.#ask(() => this.#options.conversation.wake(readAt()));
    }, afterMs);
    this.#timers.add(timer);
    if (orOnChange) this.#curious.add(timer);
  }

  /** The app says no more; what is still to come from a timer comes, and then our direction ends as well. */
  #ended(isReset: boolean): void {
    if (this.#hasClientEnded) return;
    const { conversation } = this.#options;
    this.#hasClientEnded = true;
    this.#ask(() => [...conversation.settle(), ...conversation.end("client", isReset)]);
  }

  #closed(isReset: boolean): void {
    this.#ended(isReset);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#curious.clear();
    this.#options.onClosed();
  }
}
