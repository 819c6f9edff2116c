/**
 * The relay's `forward` mode: connects to where the app wanted to go, hands each chunk on first and to the journal after.
 * Decides nothing and reads nothing. The rules are at the head of relay.ts; the counterpart that answers is answer.ts.
 */
import type { Chunk, Side } from "../core/protocol.ts";
import { highWaterBytes, Outlet } from "./outlet.ts";
import { readAt, type Ear, type Relay, relayHandlers, type RelaySocket } from "./relay.ts";

/** Where forwarded bytes are told of, after they went on. One that throws is not told of anything more. */
export interface Journal {
  data(chunk: Chunk): void;
  end(from: Side): void;
}

export interface ForwardOptions {
  /** The app's connection. */
  readonly client: RelaySocket;
  readonly address: string;
  readonly port: number;
  readonly journal: Journal;
  /** Both sockets are gone. */
  readonly onClosed: () => void;
}

/** Begins to forward: connects upstream at once, so that a server that speaks first is heard. */
export const forward = (options: ForwardOptions): Relay => new Forward(options);

class Forward implements Relay {
  readonly #client: RelaySocket;
  readonly #options: ForwardOptions;
  readonly #toClient: Outlet;
  #server: RelaySocket | null = null;
  #toServer: Outlet | null = null;
  #journal: Journal | null;
  #open = 2;
  /** A FIN that came before there was anybody to pass it on to. */
  #hasEndedEarly = false;

  constructor(options: ForwardOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#journal = options.journal;
    this.#toClient = new Outlet(options.client);
    // Nothing is read before there is somebody to hand it to; the kernel's buffer holds it meanwhile.
    this.#client.pause();
    this.#client.data.ear = {
      data: (bytes) => this.#pass("client", bytes, this.#toServer, this.#client),
      drain: () => this.#drained(this.#toClient, this.#server),
      end: () => this.#ended("client"),
      close: (isReset) => this.#closed("client", isReset),
    };
    this.#connect(options.address, options.port);
  }

  abort(): void {
    this.#client.terminate();
    this.#server?.terminate();
  }

  #connect(hostname: string, port: number): void {
    const refused = (): void => {
      this.#open--;
      if (this.#open === 0) this.#options.onClosed();
      else this.#client.terminate();
    };
    const handlers = { ...relayHandlers((socket) => this.#connected(socket)), connectError: refused };
    const data: { ear: Ear | null } = { ear: null };
    // `connectError` has said what the rejection would.
    Bun.connect({ hostname, port, allowHalfOpen: true, data, socket: handlers }).catch(() => {});
  }

  #connected(server: RelaySocket): void {
    this.#server = server;
    const toServer = new Outlet(server);
    this.#toServer = toServer;
    server.data.ear = {
      data: (bytes) => this.#pass("server", bytes, this.#toClient, server),
      drain: () => this.#drained(toServer, this.#client),
      end: () => this.#ended("server"),
      close: (isReset) => this.#closed("server", isReset),
    };
    if (this.#open === 1) server.terminate();
    else this.#client.resume();
    if (this.#hasEndedEarly) this.#ended("client");
  }

  #pass(from: Side, bytes: Uint8Array, to: Outlet | null, source: RelaySocket): void {
    const sent = to?.offer(bytes) ?? 0;
    const kept = Uint8Array.prototype.slice.call(bytes);
    to?.keep(kept.subarray(sent));
    if (to !== null && to.waitingBytes > highWaterBytes) source.pause();
    this.#tell((journal) => journal.data({ from, bytes: kept, at: readAt() }));
  }

  #drained(outlet: Outlet, source: RelaySocket | null): void {
    outlet.flush();
    if (outlet.waitingBytes <= highWaterBytes) source?.resume();
  }

  #ended(from: Side): void {
    const outlet = from === "client" ? this.#toServer : this.#toClient;
    if (outlet === null) this.#hasEndedEarly = true;
    if (outlet === null || outlet.isFinished) return;
    outlet.finish();
    this.#tell((journal) => journal.end(from));
  }

  #closed(from: Side, isReset: boolean): void {
    this.#open--;
    const other = from === "client" ? this.#server : this.#client;
    if (isReset) other?.terminate();
    this.#ended(from);
    if (this.#open === 0) this.#options.onClosed();
    // The far end may still be connecting: then `#connected` or the refusal finds that nobody is waiting.
  }

  #tell(what: (journal: Journal) => void): void {
    const journal = this.#journal;
    if (journal === null) return;
    try {
      what(journal);
    } catch {
      this.#journal = null;
    }
  }
}
