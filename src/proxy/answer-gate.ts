/**
 * Lets in what comes from the app in replay, and gives each connection and datagram its conversation: nothing goes any
 * further. It decides nothing about protocols or mocks; conversation.ts and the pools that it is given do. Counterpart while
 * recording: forward-gate.ts.
 */
import type { Miss } from "../core/exchange.ts";
import type { Pool } from "../core/pool.ts";
import type { Peer, Protocol } from "../core/protocol.ts";
import { plainAddress } from "./address.ts";
import { answer, type Answering, type AnswerTls } from "./answer.ts";
import type { ClientHello } from "./client-hello.ts";
import { Conversation } from "./conversation.ts";
import type { DatagramReply } from "./datagrams.ts";
import { hostNamesOf, leafSubjectOf } from "./leaf-subject.ts";
import { type OriginOf, Origins } from "./origin.ts";
import { faultOf, withFault } from "./recorded-fault.ts";
import type { RelaySocket } from "./relay.ts";
import { Relays } from "./relays.ts";
import type { TlsOptions } from "./tls/tls-options.ts";
import { turnedDownIn } from "./turned-down.ts";

export interface AnsweringOptions {
  readonly mode: "answer";
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  readonly originOf: OriginOf;
  readonly poolFor: (protocol: Protocol, peer: Peer) => Pool<unknown>;
  /** The one protocol recorded for this destination, or null. */
  readonly expectedFor: (peer: Peer) => Protocol | null;
  /** Whether what was recorded for this destination came over TLS. */
  readonly isTlsFor: (peer: Peer) => boolean;
  /** In whose name TLS is answered; null where it is not. */
  readonly tls: TlsOptions | null;
  /** Why clients refused the server of that name and port while it was recorded, or it them; or null. */
  readonly refusedFor: (host: string, port: number) => string | null;
  /** As `Peer.surroundings`. */
  readonly surroundings: readonly string[];
  /** Address to name; look-ups that pass add to it. */
  readonly names: Map<string, string>;
  /** How much one connection may say without being answered. */
  readonly budgetBytes: number;
  readonly onMiss: (miss: Miss, peer: Peer) => void;
  /** A connection that could not be answered, with the reason; it was reset. */
  readonly onUnread: (reason: string, peer: Peer) => void;
}

export class AnswerGate {
  readonly #options: AnsweringOptions;
  readonly #relays = new Relays<Answering>();
  #nudging: "once" | "again" | null = null;
  readonly #origins: Origins;
  readonly #alpn: ReadonlySet<string>;
  readonly dropped = new Map<string, number>();

  constructor(options: AnsweringOptions) {
    this.#options = options;
    this.#origins = new Origins(options.originOf);
    this.#alpn = new Set(options.protocols.flatMap(({ alpn }) => alpn));
  }

  get strangers(): number {
    return this.#origins.strangers;
  }

  accept(client: RelaySocket): void {
    const peer = this.#peerOf(client.remoteAddress, client.remotePort, "tcp");
    if (peer === null) {
      client.terminate();
      return;
    }
    const { onMiss, onUnread, names, tls } = this.#options;
    const conversation = this.#converse(peer);
    this.#relays.add((onClosed) =>
      answer({
        client,
        conversation,
        tls: tls === null ? null : this.#answerTls(tls, conversation),
        onMiss: (miss) => onMiss(miss, conversation.peer),
        onUnread: (reason) => onUnread(reason, conversation.peer),
        onName: (host, addresses) => learn(names, host, addresses),
        onClosed,
      }),
    );
  }

  /** One datagram is one conversation: those who ask by datagram (name look-ups) keep no state between them. */
  ask(bytes: Uint8Array, address: string, port: number, reply: DatagramReply): void {
    const peer = this.#peerOf(address, port, "udp");
    if (peer === null) return;
    const { onMiss, onUnread, names } = this.#options;
    const conversation = this.#converse(peer);
    const steps = conversation.start();
    steps.push(...conversation.data({ from: "client", bytes, at: performance.timeOrigin + performance.now() }));
    steps.push(...conversation.settle(), ...conversation.end("client"));
    for (const step of steps) {
      if (step.do === "send") reply(step.bytes);
      if (step.do === "miss") onMiss(step.miss, peer);
      if (step.do === "name") learn(names, step.host, step.addresses);
      if (step.do === "unread") onUnread(step.reason, peer);
    }
  }

  drop(address: string, port: number): void {
    const peer = this.#peerOf(address, port, "udp");
    if (peer === null) return;
    const to = peer.address.includes(":") ? `[${peer.address}]:${peer.port}` : `${peer.address}:${peer.port}`;
    this.dropped.set(to, (this.dropped.get(to) ?? 0) + 1);
  }

  /**
   * Before whoever caused the change goes on: what a server said to one client before it answered another is said first. A
   * change that is caused by it is told in the next round.
   */
  nudge(): void {
    if (this.#nudging !== null) {
      this.#nudging = "again";
      return;
    }
    do {
      this.#nudging = "once";
      for (const relay of this.#relays.all) relay.nudge();
    } while ((this.#nudging as string) === "again");
    this.#nudging = null;
  }

  close(): void {
    this.#relays.close();
  }

  #converse(peer: Peer): Conversation {
    const { protocols, fallback, budgetBytes, poolFor, expectedFor, isTlsFor, tls } = this.#options;
    const open = (protocol: Protocol, inner: Peer) => protocol.replay(inner, poolFor(protocol, inner));
    const reading = tls === null ? "unread" : "told";
    return new Conversation({
      protocols,
      fallback,
      peer,
      open,
      budgetBytes,
      expectedFor,
      isTlsFor,
      tls: reading,
    });
  }

  /** Every store holds the authority of the first in replay, since nobody tells which of them the app would have asked. */
  #answerTls({ stores, untrusted, keyLog }: TlsOptions, conversation: Conversation): AnswerTls {
    const authority = stores[0]?.authority ?? untrusted;
    const { refusedFor } = this.#options;
    const reasonFor = ({ serverName }: ClientHello): string => {
      const { host, port } = conversation.peer;
      return refusedFor(serverName ?? host, port) ?? "";
    };
    return {
      turnedDownBy: (hello) => turnedDownIn(reasonFor(hello)),
      leafFor: (hello) => {
        const { serverName } = hello;
        const { host, address } = conversation.peer;
        const others = serverName === null ? [host, ...hostNamesOf(address)] : [];
        const subject = leafSubjectOf(serverName, address, others);
        const fault = faultOf(reasonFor(hello));
        if (fault === null) return authority.leaf(subject);
        return (fault.isUntrusted ? untrusted : authority).leaf(withFault(subject, fault));
      },
      alpnFor: ({ alpn }) => alpn.find((name) => this.#alpn.has(name)) ?? alpn[0] ?? null,
      keyLog,
    };
  }

  #peerOf(address: string, port: number, transport: "tcp" | "udp"): Peer | null {
    const origin = this.#origins.find(address, port, transport);
    if (origin === null) return null;
    const { surroundings, names, isTlsFor } = this.#options;
    const { address: to, connection } = origin;
    const host = names.get(to) ?? to;
    const plain: Peer = {
      host,
      address: to,
      port: origin.port,
      connection,
      direction: "outgoing",
      transport,
      isTls: false,
      surroundings,
    };
    return { ...plain, isTls: transport === "tcp" && isTlsFor(plain) };
  }
}

/** Where two names share an address, the one looked up last is what the app means next. */
const learn = (names: Map<string, string>, host: string, addresses: readonly string[]): void => {
  for (const address of addresses) names.set(plainAddress(address), host);
};
