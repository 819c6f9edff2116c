/**
 * The relay's `forward` mode: connects to where the app wanted to go, hands each chunk on and to the journal after. While
 * TLS may begin on a connection it is watched; where it begins it is taken apart: to the server as the client would have
 * done, and to the client as that server (secure.ts). What cannot be taken apart is passed on blind, with the reason.
 *
 * It understands no protocol, and decides nothing about the client before it knows what the server said. The rules are at
 * the head of relay.ts; the counterpart that answers is answer.ts.
 */
import type { Departures, Leaving } from "../core/departures.ts";
import type { Side } from "../core/protocol.ts";
import { Acceptance } from "./acceptance.ts";
import type { ClientHello } from "./client-hello.ts";
import type { Conversation } from "./conversation.ts";
import type { Line } from "./line.ts";
import { guarded, type JournaledConnection, type JournalSource } from "./journal.ts";
import { Pump, type Still } from "./pump.ts";
import type { Refusals } from "./refusals.ts";
import { descriptorOf, readAt, type Ear, type Relay, relayHandlers, type RelaySocket } from "./relay.ts";
import { secure, type Secured } from "./secure.ts";
import type { TlsLine } from "./tls/tls-line.ts";
import { FirstWord, type TurnedDown, turnedDownSentence } from "./turned-down.ts";
import type { Upstreams } from "./tls/upstream.ts";
import { Watch } from "./watch.ts";
import { WaitingLine } from "./waiting-line.ts";

/** What a relay needs to take TLS apart. */
export interface ForwardTls {
  readonly upstreams: Upstreams;
  readonly refusals: Refusals;
  /** The names in ALPN that can be read. */
  readonly alpn: readonly string[];
  readonly keyLog: ((line: string) => void) | null;
  /** Why a connection of this process, or to this server, is not to be taken apart; or null. */
  blindReason(serverName: string | null): Promise<string | null> | string | null;
}

export interface ForwardOptions {
  /** The app's connection. */
  readonly client: RelaySocket;
  readonly address: string;
  readonly port: number;
  /** Opened at once; whatever it throws, the bytes go on. */
  readonly journal: (source: JournalSource) => JournaledConnection;
  /** Reads along until it is settled whether TLS begins; null where nobody wants to know. */
  readonly conversation: Conversation | null;
  /** Without it TLS is handed on like everything else. */
  readonly tls: ForwardTls | null;
  /** The destination speaks clear text, on connections to come as well. */
  readonly onClear: () => void;
  /** Who takes the connection once that is known; null: it stays. */
  readonly departures: Departures | null;
  /** Both sockets are gone. */
  readonly onClosed: () => void;
}

/** Begins to forward: connects upstream at once, so that a server that speaks first is heard. */
export const forward = (options: ForwardOptions): Relay => new Forward(options);

type Opened = Extract<Secured, { is: "open" }>;

type Hello = { readonly hello: ClientHello; readonly early: Uint8Array };

class Forward implements Relay {
  readonly #options: ForwardOptions;
  readonly #journal: JournaledConnection;
  readonly #pump: Pump;
  #watch: Watch | null;
  #acceptance: Acceptance | null = null;
  /** The app makes the handshake itself that the server refused us; `reason` holds unless it is refused as well. */
  #own: { readonly word: FirstWord; readonly reason: string } | null = null;
  #toClient: TlsLine | null = null;
  /** TLS with the client is being begun; what became of it is told before the end is. */
  #handshake: Promise<void> | null = null;
  #serverSocket: RelaySocket | null = null;
  #leaving: Leaving | null = null;
  #letGo: (() => void) | null = null;
  #lastFrom: Side = "client";
  readonly #opening = new AbortController();
  #isRead = true;
  #isReset = false;
  #isClosed = false;

  constructor(options: ForwardOptions) {
    this.#options = options;
    this.#watch = options.conversation === null ? null : new Watch(options.conversation);
    this.#pump = new Pump({
      data: (from, bytes) => this.#data(from, bytes),
      ended: (from) => this.#ended(from),
      closed: (from, isReset) => this.#lineClosed(from, isReset),
    });
    this.#journal = guarded(() => options.journal(this.#pump));
    this.#pump.attach("client", options.client);
    this.#connect((server) => {
      this.#pump.attach("server", server);
      this.#keep();
    });
  }

  abort(): void {
    this.#isReset = true;
    // A socket under TLS is no longer its own master.
    this.#pump.terminate();
    this.#toClient?.terminate();
    this.#opening.abort();
    this.#options.client.terminate();
    this.#serverSocket?.terminate();
    this.#settle();
  }

  #connect(connected: (server: RelaySocket) => void): void {
    const opened = (socket: RelaySocket): void => {
      if (this.#isClosed) return void socket.terminate();
      this.#serverSocket = socket;
      connected(socket);
    };
    const handlers = { ...relayHandlers(opened), connectError: () => this.abort() };
    const data: { ear: Ear | null } = { ear: null };
    const { address: hostname, port } = this.#options;
    // `connectError` has said what the rejection would.
    Bun.connect({ hostname, port, allowHalfOpen: true, data, socket: handlers }).catch(() => {});
  }

  #data(from: Side, bytes: Uint8Array): void {
    if (from === "client") this.#acceptance?.spoke();
    else if (this.#own !== null) this.#answeredOwn(this.#own.word.heard(bytes));
    this.#lastFrom = from;
    if (this.#watch !== null) return this.#watched(this.#watch, from, Uint8Array.prototype.slice.call(bytes));
    // Taken before they go on: what they cause is later.
    const at = readAt();
    this.#pump.pass(from, bytes);
    if (this.#isRead) this.#journal.data(from, bytes, at);
  }

  /** Looked at before it goes on: none of a client's TLS is to be sent on as if it were said in clear. */
  #watched(watch: Watch, from: Side, bytes: Uint8Array): void {
    const at = readAt();
    // What a server says in clear is never kept back, so it is not kept waiting either.
    const isSure = from === "server" && this.#toClient === null;
    if (isSure) this.#pump.pass(from, bytes);
    const { onward, said, tls } = watch.see({ from, bytes, at });
    if (!isSure) this.#pump.pass(from, onward);
    if (said.length > 0) this.#journal.data(from, said, at);
    if (watch.isClear) this.#clear();
    if (watch.blind !== null) this.#giveUp(watch.blind);
    if (watch.isOver) this.#watch = null;
    if (tls !== null) this.#tlsBegins(watch, tls);
  }

  /** What is handed on as it is outlives us, from here until it is let go. */
  #keep(): void {
    const { departures, client } = this.#options;
    const accepted = descriptorOf(client);
    const upstream = this.#serverSocket === null ? null : descriptorOf(this.#serverSocket);
    if (this.#isClosed || departures === null || accepted === null || upstream === null) return;
    this.#letGo = departures.keep({ accepted, upstream });
  }

  #drop(): void {
    this.#letGo?.();
    this.#letGo = null;
  }

  /** Bytes on both ways are the app's and the server's own: the proxy may be taken from between them. */
  #clear(): void {
    this.#options.onClear();
    const { departures, client } = this.#options;
    const accepted = descriptorOf(client);
    const upstream = this.#serverSocket === null ? null : descriptorOf(this.#serverSocket);
    if (departures === null || accepted === null || upstream === null || this.#leaving !== null) return;
    let still: Still | null = null;
    const isAnswered = () => this.#lastFrom === "server";
    this.#leaving = {
      accepted,
      upstream,
      get isAnswered() {
        return isAnswered();
      },
      hold: () => (still = this.#pump.still()) !== null,
      goes: (onward) => {
        // The kernel forgets what it has not been told of for long, and would send the connection here again.
        this.#options.onClear();
        this.#journal.goesOn(onward, readAt());
      },
      settled: (became) => this.#settled(became, still),
    };
    departures.offer(this.#leaving);
  }

  #settled(became: "moved" | "kept" | "lost", still: Still | null): void {
    if (became === "kept" && !this.#isClosed) {
      this.#journal.goesOn(null, readAt());
      still?.release();
      return;
    }
    still?.drop();
    if (became === "lost") return this.abort();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#drop();
    this.#journal.left();
    this.#options.onClosed();
  }

  /** Its later connections are not to be taken apart; this one goes on. */
  #giveUp(reason: string): void {
    this.#acceptance?.giveUp(reason);
    this.#unread(reason);
  }

  #tlsBegins(watch: Watch, begun: Hello): void {
    const { tls } = this.#options;
    if (tls !== null) this.#drop();
    if (tls !== null) return this.#pump.whenEmpty(() => void this.#takeApart(watch, begun, tls));
    const { serverName } = begun.hello;
    this.#named(serverName);
    this.#unread(serverName === null ? "TLS" : `TLS (${serverName})`);
    this.#pump.pass("client", begun.early);
  }

  #named(serverName: string | null): void {
    this.#journal.note({ host: serverName, isTls: true }, readAt());
  }

  #unread(reason: string): void {
    this.#watch = null;
    if (this.#isRead) this.#journal.note({ unread: reason }, readAt());
    this.#isRead = false;
  }

  #watchOwn(reason: string): void {
    this.#watch = null;
    this.#isRead = false;
    this.#own = { word: new FirstWord(), reason };
  }

  #answeredOwn(became: TurnedDown | "answered" | null): void {
    if (became === null || this.#own === null) return;
    const reason = became === "answered" ? this.#own.reason : turnedDownSentence(became);
    this.#own = null;
    this.#journal.note({ unread: reason }, readAt());
  }

  async #takeApart(watch: Watch, { hello, early }: Hello, tls: ForwardTls): Promise<void> {
    const [client, server] = [this.#pump.detach("client"), this.#pump.detach("server")];
    if (client === null || server === null) return this.abort();
    const waiting = { client: this.#wait("client", client, early), server: this.#wait("server", server) };
    const { serverName } = hello;
    this.#named(serverName);
    const reason = await tls.blindReason(serverName);
    if (this.#isClosed) return;
    if (reason !== null) {
      this.#unread(reason);
      // Over the connection that stands, since nothing of the hello has been sent on.
      return this.#handBack(waiting);
    }
    const { isFresh, peer } = watch;
    const { signal } = this.#opening;
    const destination = { address: peer.address, port: peer.port };
    const outcome = await secure({ ...tls, ...waiting, hello, ...destination, isFresh, signal });
    if (this.#isClosed) return;
    const asked = { address: this.#options.address, port: this.#options.port, serverName };
    if (outcome.is === "blind") {
      if (isFresh && outcome.isRefused) this.#watchOwn(outcome.reason);
      else this.#unread(outcome.reason);
      if (isFresh) return this.#reconnect(waiting);
      // What was said in clear before cannot be said again for the client: its next connection is passed on as it is.
      tls.refusals.giveUp(asked, outcome.reason);
      return this.abort();
    }
    const acceptance = new Acceptance(tls.refusals, asked, outcome);
    this.#acceptance = acceptance;
    this.#toClient = outcome.client;
    const handshake = this.#shakeHands(outcome, acceptance);
    this.#handshake = handshake;
    // Nothing of a client that shows a certificate may reach the server as of one that has none.
    if (outcome.certificateReason !== null) await handshake;
    if (this.#isClosed) return;
    watch.secured(serverName);
    if (watch.isOver) this.#watch = null;
    this.#pump.attach("client", outcome.client);
    this.#pump.attach("server", outcome.server);
  }

  async #shakeHands({ client, certificateReason }: Opened, acceptance: Acceptance): Promise<void> {
    const result = await client.ready;
    this.#handshake = null;
    const isShown = result.is === "open" && result.chain.length > 0;
    if (result.is === "open" && !isShown) return acceptance.shaken(readAt());
    if (result.is === "failed") this.#unread(acceptance.failed(result));
    else if (certificateReason !== null) this.#giveUp(certificateReason);
    this.abort();
  }

  /** A server's FIN may come before it is asked anything; a client's says that nobody waits for the answer. */
  #wait(side: Side, line: Line, early: Uint8Array = nothing): WaitingLine {
    return new WaitingLine(line, { early, as: side === "client" ? "read" : "held", gone: () => this.abort() });
  }

  /** As if nothing had been held. */
  #handBack(waiting: Readonly<Record<Side, WaitingLine>>): void {
    const sides = ["client", "server"] as const;
    const kept = { client: waiting.client.take(), server: waiting.server.take() };
    for (const side of sides) this.#pump.attach(side, waiting[side].line);
    for (const side of sides) this.#pump.pass(side, kept[side]);
    for (const side of sides) waiting[side].handedOver();
    this.#keep();
  }

  /** The connection to the server is used up; a client of whom nothing was sent on gets another, as it is. */
  #reconnect({ client, server }: Readonly<Record<Side, WaitingLine>>): void {
    server.take();
    this.#serverSocket?.terminate();
    this.#serverSocket = null;
    this.#connect((fresh) => this.#handBack({ client, server: this.#wait("server", fresh) }));
  }

  #ended(from: Side): void {
    const at = readAt();
    if (from === "client") this.#clientLeft(at);
    else if (this.#own !== null) this.#answeredOwn(this.#own.word.left(false));
    const kept = this.#watch?.end(from) ?? nothing;
    this.#pump.pass(from, kept);
    if (!this.#isRead) return;
    if (kept.length > 0) this.#journal.data(from, kept, at);
    this.#journal.end(from, at);
  }

  #clientLeft(at: number): void {
    const refusal = this.#acceptance?.left(at, this.#toClient?.failure ?? null) ?? null;
    if (refusal !== null) this.#unread(refusal);
  }

  #lineClosed(from: Side, isReset: boolean): void {
    if (isReset) this.#isReset = true;
    if (from === "client") this.#clientLeft(readAt());
    else if (this.#own !== null) this.#answeredOwn(this.#own.word.left(isReset));
    // The far end may still be connecting: then it finds that nobody is waiting.
    if (!this.#pump.isEmpty) return;
    if (this.#handshake === null) this.#settle();
    else void this.#handshake.then(() => this.#settle());
  }

  #settle(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#drop();
    this.#answeredOwn("answered");
    if (this.#leaving !== null) this.#options.departures?.withdraw(this.#leaving);
    this.#journal.close(this.#isReset, readAt());
    this.#options.onClosed();
  }
}

const nothing = new Uint8Array(0);
