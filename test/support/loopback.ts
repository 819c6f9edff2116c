/** Sockets for the relay's tests: plain node:net at both ends, and one of our relays in the middle. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { type Peer, type Side } from "../../src/core/protocol.ts";
import { answer, type AnswerOptions } from "../../src/proxy/answer.ts";
import { forward, type ForwardOptions } from "../../src/proxy/forward.ts";
import { type JournaledConnection, type JournalNote } from "../../src/proxy/journal.ts";
import type { Onward } from "../../src/core/departures.ts";
import { type Relay, relayHandlers, type RelaySocket } from "../../src/proxy/relay.ts";

export const tcpPeer: Peer = {
  host: "service.test",
  address: "10.9.8.7",
  port: 7000,
  isTls: false,
  connection: "tcp-1",
  direction: "outgoing",
  transport: "tcp",
};

/** A server on a free port of 127.0.0.1 that hands over each socket. */
export const serve = async (onSocket: (socket: Socket) => void): Promise<{ port: number; server: Server }> => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, server };
};

/** A client that keeps what it gets, half-open as real drivers are. */
export const dial = (port: number): Dialled => new Dialled(connect({ port, host: "127.0.0.1", allowHalfOpen: true }));

export class Dialled {
  readonly socket: Socket;
  readonly got: Buffer[] = [];
  readonly ended: Promise<void>;
  /** The error code that ended it, or null after a clean end. */
  readonly closed: Promise<string | null>;
  #onMore: (() => void) | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    let code: string | null = null;
    socket.on("data", (bytes: Buffer) => {
      this.got.push(Buffer.from(bytes));
      this.#onMore?.();
    });
    socket.on("error", (error: Error & { code?: string }) => {
      code = error.code ?? "error";
    });
    this.ended = new Promise((resolve) => socket.on("end", resolve));
    this.closed = new Promise((resolve) => socket.on("close", () => resolve(code)));
  }

  get text(): string {
    return Buffer.concat(this.got).toString("latin1");
  }

  async until(text: string): Promise<void> {
    while (!this.text.includes(text)) await new Promise<void>((resolve) => (this.#onMore = resolve));
  }
}

export interface Middle {
  readonly port: number;
  readonly relays: readonly Relay[];
  readonly sockets: readonly RelaySocket[];
  /** Resolves with the how-manieth relay that closed. */
  readonly closed: Promise<void>;
  stop(): void;
}

const middle = (begin: (socket: RelaySocket, onClosed: () => void) => Relay): Middle => {
  const relays: Relay[] = [];
  const sockets: RelaySocket[] = [];
  let onClosed = (): void => {};
  const closed = new Promise<void>((resolve) => (onClosed = resolve));
  const socket = relayHandlers((client) => {
    sockets.push(client);
    relays.push(begin(client, onClosed));
  });
  const data = { ear: null };
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, allowHalfOpen: true, data, socket });
  return { port: listener.port, relays, sockets, closed, stop: () => listener.stop(true) };
};

/** What a test does not say. */
const unwatched = { conversation: null, tls: null, onClear: () => {}, departures: null };

/** A listener that forwards each connection to `port`. */
export const forwarder = (
  port: number,
  journal: Partial<JournaledConnection>,
  options: () => Partial<ForwardOptions> = () => ({}),
): Middle => {
  const silent = { note: () => {}, data: () => {}, end: () => {}, goesOn: () => {}, left: () => {}, close: () => {} };
  const whole: JournaledConnection = { ...silent, ...journal };
  return middle((client, onClosed) =>
    forward({ client, address: "127.0.0.1", port, journal: () => whole, onClosed, ...unwatched, ...options() }),
  );
};

/** A listener that answers each connection. */
export const answerer = (options: () => Omit<AnswerOptions, "client" | "onClosed">): Middle =>
  middle((client, onClosed) => answer({ ...options(), client, onClosed }));

/** A journal that keeps the bytes of each side and the order of events. */
export class KeptJournal implements JournaledConnection {
  readonly bytes: Record<Side, Uint8Array[]> = { client: [], server: [] };
  readonly events: string[] = [];
  readonly notes: JournalNote[] = [];

  // Own properties, so that a journal may be spread.
  readonly note = (note: JournalNote): void => {
    this.notes.push(note);
    this.events.push("unread" in note ? "unread" : "note");
  };

  readonly data = (from: Side, bytes: Uint8Array): void => {
    this.bytes[from].push(Uint8Array.from(bytes));
    if (this.events.at(-1) !== `${from} data`) this.events.push(`${from} data`);
  };

  readonly end = (from: Side): void => void this.events.push(`${from} end`);

  readonly goesOn = (onward: Onward | null): void => {
    this.events.push(onward === null ? "stays" : `goes on at ${onward.address}:${onward.port}`);
  };

  readonly left = (): void => void this.events.push("left");

  readonly close = (isReset: boolean): void => void this.events.push(isReset ? "reset" : "close");

  text(from: Side): string {
    return Buffer.concat(this.bytes[from]).toString("latin1");
  }
}
