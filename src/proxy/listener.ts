/**
 * Where the redirected connections and datagrams of the app arrive in replay: TCP listeners, resolver and sink sockets, on
 * loopback, for IPv4 and (where the machine has it) IPv6.
 *
 * It asks `originOf` where each was going and never serves what has no answer there: that is somebody else on this host.
 * It decides nothing about protocols or mocks; conversation.ts and the pools that it is given do.
 */
import { EnvironmentError } from "../core/errors.ts";
import type { Miss } from "../core/exchange.ts";
import type { Pool } from "../core/pool.ts";
import type { Peer, Protocol } from "../core/protocol.ts";
import { plainAddress } from "./address.ts";
import { answer } from "./answer.ts";
import { Conversation } from "./conversation.ts";
import { type DatagramReply, openResolver, openSink } from "./datagrams.ts";
import { type Relay, relayHandlers, type RelaySocket } from "./relay.ts";

/** Where a connection or datagram was going before the kernel sent it here. */
export interface Origin {
  readonly address: string;
  readonly port: number;
}

/** Ports of our sockets; those for IPv6 are 0 on a machine without it. */
export interface ProxyPorts {
  readonly port4: number;
  readonly port6: number;
  readonly dnsPort4: number;
  readonly dnsPort6: number;
  readonly sinkPort4: number;
  readonly sinkPort6: number;
}

export interface ProxyOptions {
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  /** The original destination, by the app's own end as it shows here; null for a stranger. May begin to know later than the ports do. */
  readonly originOf: (address: string, port: number, transport: "tcp" | "udp") => Origin | null;
  readonly poolFor: (protocol: Protocol, peer: Peer) => Pool<unknown>;
  /** The one protocol recorded for this destination, or null. */
  readonly expectedFor: (peer: Peer) => Protocol | null;
  /** Address to name; look-ups that pass add to it. */
  readonly names: Map<string, string>;
  /** How much one connection may say without being answered. */
  readonly budgetBytes: number;
  readonly onMiss: (miss: Miss, peer: Peer) => void;
  /** A connection that could not be answered, with the reason; it was reset. */
  readonly onUnread: (reason: string, peer: Peer) => void;
}

export interface Proxy extends AsyncDisposable {
  readonly ports: ProxyPorts;
  /** Connections and datagrams that came from outside the app and were refused. */
  readonly strangers: number;
  /** Datagrams that nobody answers, by the `address:port` that they were sent to. */
  readonly dropped: ReadonlyMap<string, number>;
  /** Resets what is open and frees every port. */
  close(): Promise<void>;
}

/** Opens all sockets; throws `EnvironmentError` where not even IPv4 loopback can be listened on. */
export const startProxy = async (options: ProxyOptions): Promise<Proxy> => {
  const gate = new Gate(options);
  const closers: (() => void)[] = [];
  const listen = (hostname: string): number => {
    const data = { ear: null };
    const socket = relayHandlers((client) => gate.accept(client));
    const listener = Bun.listen({ hostname, port: 0, allowHalfOpen: true, data, socket });
    closers.push(() => listener.stop(true));
    return listener.port;
  };
  const resolver = async (hostname: string): Promise<number> => {
    const opened = await openResolver(hostname, (bytes, address, port, reply) => gate.ask(bytes, address, port, reply));
    closers.push(opened.close);
    return opened.port;
  };
  const sink = async (hostname: string): Promise<number> => {
    const opened = await openSink(hostname, (address, port) => gate.drop(address, port));
    closers.push(opened.close);
    return opened.port;
  };
  const close = async (): Promise<void> => {
    gate.close();
    for (const closer of closers.splice(0)) closer();
  };
  try {
    const ports: ProxyPorts = {
      port4: await required("TCP", () => listen("127.0.0.1")),
      port6: await optional(() => listen("::1")),
      dnsPort4: await required("UDP", () => resolver("127.0.0.1")),
      dnsPort6: await optional(() => resolver("::1")),
      sinkPort4: await required("UDP", () => sink("127.0.0.1")),
      sinkPort6: await optional(() => sink("::1")),
    };
    return {
      ports,
      get strangers() {
        return gate.strangers;
      },
      dropped: gate.dropped,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const required = async (what: string, open: () => number | Promise<number>): Promise<number> => {
  try {
    return await open();
  } catch (cause) {
    const hint = "Is the loopback interface up? `ip link set lo up` mends it.";
    throw new EnvironmentError("environment.port", `no ${what} port could be opened on 127.0.0.1`, { hint, cause });
  }
};

/** A machine without IPv6 has nobody who would come this way. */
const optional = async (open: () => number | Promise<number>): Promise<number> => {
  try {
    return await open();
  } catch {
    return 0;
  }
};

/** Lets in what comes from the app, and gives each its conversation. */
class Gate {
  readonly #options: ProxyOptions;
  readonly #relays = new Set<Relay>();
  readonly dropped = new Map<string, number>();
  strangers = 0;
  #count = 0;

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  accept(client: RelaySocket): void {
    const peer = this.#peerOf(client.remoteAddress, client.remotePort, "tcp");
    if (peer === null) {
      client.terminate();
      return;
    }
    const { onMiss, onUnread, names } = this.#options;
    const conversation = this.#converse(peer);
    // A session may end the connection before `answer` returns.
    const held: { relay: Relay | null; isClosed: boolean } = { relay: null, isClosed: false };
    held.relay = answer({
      client,
      conversation,
      onMiss: (miss) => onMiss(miss, peer),
      onUnread: (reason) => onUnread(reason, peer),
      onName: (host, addresses) => learn(names, host, addresses),
      onClosed: () => {
        held.isClosed = true;
        if (held.relay !== null) this.#relays.delete(held.relay);
      },
    });
    if (!held.isClosed) this.#relays.add(held.relay);
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

  close(): void {
    for (const relay of [...this.#relays]) relay.abort();
  }

  #converse(peer: Peer): Conversation {
    const { protocols, fallback, budgetBytes, poolFor, expectedFor } = this.#options;
    const open = (protocol: Protocol, inner: Peer) => protocol.replay(inner, poolFor(protocol, inner));
    const isTlsFor = () => false;
    return new Conversation({ protocols, fallback, peer, open, budgetBytes, expectedFor, isTlsFor, tls: "unread" });
  }

  #peerOf(address: string, port: number, transport: "tcp" | "udp"): Peer | null {
    const origin = this.#options.originOf(plainAddress(address), port, transport);
    if (origin === null) {
      this.strangers++;
      return null;
    }
    const to = plainAddress(origin.address);
    const host = this.#options.names.get(to) ?? to;
    const connection = `${transport}-${++this.#count}`;
    return { host, address: to, port: origin.port, connection, direction: "outgoing", transport, isTls: false };
  }
}

/** Where two names share an address, the one looked up last is what the app means next. */
const learn = (names: Map<string, string>, host: string, addresses: readonly string[]): void => {
  for (const address of addresses) names.set(plainAddress(address), host);
};
