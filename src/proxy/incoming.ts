/**
 * The relay of connections that come to the app, for a service that terminates TLS itself: they are steered here, taken
 * apart with the service's own certificate, and handed on to the app in the client's name. Clear text is handed on too, and
 * a port that speaks nothing else is soon left to the tap.
 *
 * Its counterpart for what the app opens is listener.ts; both are forward.ts.
 */
import { EnvironmentError } from "../core/errors.ts";
import type { Peer, Protocol } from "../core/protocol.ts";
import { plainAddress } from "./address.ts";
import { AppUpstreams } from "./app-upstream.ts";
import { Conversation } from "./conversation.ts";
import { forward, type ForwardTls } from "./forward.ts";
import type { JournaledEnd, ProxyJournal } from "./journal.ts";
import { type Refusal, Refusals } from "./refusals.ts";
import { readAt, type Relay, relayHandlers, type RelaySocket } from "./relay.ts";
import type { ServiceCertificate } from "./service-certificate.ts";

export interface IncomingOptions {
  readonly certificate: ServiceCertificate;
  /** Those in which the app can be asked again. */
  readonly protocols: readonly Protocol[];
  readonly fallback: Protocol;
  readonly journal: ProxyJournal;
  readonly keyLog: ((line: string) => void) | null;
  readonly budgetBytes: number;
  /** Where to connect to reach the app in that client's name. */
  readonly detour: (to: JournaledEnd, client: JournaledEnd) => JournaledEnd & Disposable;
  /** That port speaks clear text: its clients are to reach the app themselves. */
  readonly leaveAlone: (port: number) => void;
}

/** Sockets that clients of the app may be steered to. */
export interface Incoming {
  /** On 127.0.0.1, for those who come by themselves. */
  readonly port4: number;
  readonly fd4: number;
  /** `null` on a machine without IPv6. */
  readonly fd6: number | null;
  /** Resets what is open; what comes later is not taken. */
  close(): void;
}

/** Listens, for clients that the kernel steers here and for nobody else. */
export const startIncoming = (options: IncomingOptions): Incoming => {
  const gate = new Gate(options);
  const listen = (hostname: string) =>
    Bun.listen({
      hostname,
      port: 0,
      allowHalfOpen: true,
      data: { ear: null },
      socket: relayHandlers((client) => gate.accept(client)),
    });
  const four = required(() => listen("127.0.0.1"));
  const six = optional(() => listen("::1"));
  const close = (): void => {
    four.stop();
    six?.stop();
    gate.close();
  };
  return { port4: four.port, fd4: descriptorOf(four), fd6: six === null ? null : descriptorOf(six), close };
};

type Listener = Bun.TCPSocketListener<unknown>;

/** Bun has it, and does not say so in its types. */
const descriptorOf = (listener: Listener): number => (listener as Listener & { readonly fd: number }).fd;

const required = <T>(open: () => T): T => {
  try {
    return open();
  } catch (cause) {
    const hint = "Is the loopback interface up? `ip link set lo up` mends it.";
    throw new EnvironmentError("environment.port", "no TCP port could be opened on 127.0.0.1", { hint, cause });
  }
};

const optional = <T>(open: () => T): T | null => {
  try {
    return open();
  } catch {
    return null;
  }
};

/** So many connections in clear text, and none in TLS, make a port of clear text: one may have been a mistake. */
const clearConnections = 3;

class Gate {
  readonly #options: IncomingOptions;
  readonly #upstreams: AppUpstreams;
  readonly #refusals = new ClientRefusals();
  readonly #alpn: readonly string[];
  readonly #relays = new Set<Relay>();
  /** By port: how many connections were clear text, or that it is one of TLS. */
  readonly #ports = new Map<number, number | "tls">();
  #count = 0;

  constructor(options: IncomingOptions) {
    this.#options = options;
    this.#upstreams = new AppUpstreams(options);
    this.#alpn = options.protocols.flatMap((protocol) => protocol.alpn);
  }

  accept(client: RelaySocket): void {
    const from = { address: plainAddress(client.remoteAddress), port: client.remotePort };
    const to = { address: plainAddress(client.localAddress), port: client.localPort };
    const detour = optional(() => this.#options.detour(to, from));
    if (detour === null) return void client.terminate();
    const { journal } = this.#options;
    const id = `incoming-${++this.#count}`;
    const held: { relay: Relay | null; isClosed: boolean } = { relay: null, isClosed: false };
    held.relay = forward({
      client,
      address: detour.address,
      port: detour.port,
      journal: (source) => journal.open({ direction: "incoming", client: from, server: to, at: readAt() }, source),
      conversation: this.#converse(to, id),
      tls: this.#tlsOf(to.port),
      onClear: () => this.#isClear(to.port),
      departures: null,
      onClosed: () => {
        detour[Symbol.dispose]();
        held.isClosed = true;
        if (held.relay !== null) this.#relays.delete(held.relay);
      },
    });
    if (!held.isClosed) this.#relays.add(held.relay);
  }

  close(): void {
    for (const relay of [...this.#relays]) relay.abort();
  }

  #converse({ address, port }: JournaledEnd, connection: string): Conversation {
    const { protocols, fallback, budgetBytes } = this.#options;
    const peer: Peer = {
      host: address,
      address,
      port,
      connection,
      direction: "incoming",
      transport: "tcp",
      isTls: false,
    };
    return new Conversation({
      protocols,
      fallback,
      peer,
      open: (protocol, of) => protocol.record(of),
      budgetBytes,
      expectedFor: () => null,
      isTlsFor: () => false,
      tls: "told",
    });
  }

  #tlsOf(port: number): ForwardTls {
    return {
      upstreams: {
        open: (request) => {
          this.#ports.set(port, "tls");
          return this.#upstreams.open(request);
        },
      },
      refusals: this.#refusals,
      alpn: this.#alpn,
      keyLog: this.#options.keyLog,
      blindReason: async (serverName) => this.#upstreams.reasonFor(port, serverName),
    };
  }

  #isClear(port: number): void {
    const seen = this.#ports.get(port) ?? 0;
    if (seen === "tls") return;
    this.#ports.set(port, seen + 1);
    if (seen + 1 === clearConnections) this.#options.leaveAlone(port);
  }
}

/** A client that refuses the service's certificate would do so without us: nothing is learned from it. */
class ClientRefusals extends Refusals {
  override reasonFor(): null {
    return null;
  }

  override refused(_asked: unknown, { how }: Refusal): string {
    return `TLS: a client did not go on with the service's own certificate (${how})`;
  }
}
