/**
 * Runs sessions over wires without a socket: recording them cut in any way, and replaying their client side.
 *
 * The clock is the wire's own. `replay-server.ts` does the same for a real client.
 */
import { type Exchange, type Miss } from "../../src/core/exchange.ts";
import { type Pool } from "../../src/core/pool.ts";
import { type Peer, type Protocol, type Session, type Side, type Step } from "../../src/core/protocol.ts";
import { connectionsOf, type Wire, type WireLine } from "./wire.ts";

/** How to feed a wire. */
export interface Feed {
  /** Cuts every run of bytes into pieces of this many bytes; datagrams stay whole. */
  readonly cut?: number;
  /** This line's bytes go by unseen: the session is told of a gap in their place. */
  readonly lose?: number;
}

/** What recording a wire gave, in order, over all its connections. */
export interface Recording<Spec> {
  readonly exchanges: readonly Exchange<Spec>[];
  /** Why the rest of a connection was not read. */
  readonly unread: readonly string[];
}

/** The peer of one connection of a wire: the server, on loopback, as an outgoing connection. */
export const peerOf = (wire: Pick<Wire, "port" | "transport">, connection = 0): Peer => ({
  host: "service.test",
  address: "127.0.0.1",
  port: wire.port,
  isTls: false,
  connection: `connection-${connection}`,
  direction: "outgoing",
  transport: wire.transport,
});

/** The same bytes in pieces of at most `size`. */
export const cutBytes = (bytes: Uint8Array, size: number): Uint8Array[] => {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
  return pieces;
};

/** The wire with each run of neighbouring lines of one side and connection put together, as a slow reader sees it. */
export const joinLines = (wire: Wire): Wire => {
  const lines: WireLine[] = [];
  for (const line of wire.lines) {
    const last = lines.at(-1);
    const joins = last?.from === line.from && last.connection === line.connection;
    if (wire.transport === "tcp" && joins && last.bytes !== null && line.bytes !== null) {
      lines[lines.length - 1] = { ...last, bytes: new Uint8Array(Buffer.concat([last.bytes, line.bytes])) };
    } else {
      lines.push(line);
    }
  }
  return { ...wire, lines };
};

/** One recording session, fed line by line. Stops reading where the session says so. */
class Recorder<Spec> {
  readonly exchanges: Exchange<Spec>[];
  readonly unread: string[];
  readonly #session: Session<Spec>;
  readonly #ended = new Set<Side>();
  #reads = true;

  constructor(protocol: Protocol<Spec>, peer: Peer, into: { exchanges: Exchange<Spec>[]; unread: string[] }) {
    this.exchanges = into.exchanges;
    this.unread = into.unread;
    this.#session = protocol.record(peer);
    this.#act(this.#session.start());
  }

  feed(line: WireLine, cut: number): void {
    if (!this.#reads) return;
    if (line.bytes === null) return this.end(line.from);
    for (const bytes of cutBytes(line.bytes, cut)) {
      if (!this.#reads) return;
      this.#act(this.#session.data({ from: line.from, bytes, at: line.at }));
    }
  }

  lose(from: Side): void {
    if (this.#reads) this.#session.gap(from);
  }

  end(from: Side): void {
    if (!this.#reads || this.#ended.has(from)) return;
    this.#ended.add(from);
    this.#act(this.#session.end(from));
  }

  #act(steps: Iterable<Step<Spec>>): void {
    for (const step of steps) {
      if (step.do === "emit") this.exchanges.push(step.exchange);
      if (step.do === "unread") this.unread.push(step.reason);
      if (step.do === "tunnel") this.unread.push(`a tunnel to ${step.host}:${step.port}`);
      if (step.do === "send" || step.do === "miss") throw new Error(`a recording session asked to ${step.do}`);
      // After `startTls` a wire goes on with the plain text, as the proxy's journal does.
      if (step.do === "unread" || step.do === "tunnel" || step.do === "close") this.#reads = false;
    }
  }
}

/** Feeds a wire to `protocol.record`, one session per connection; both sides end where the wire ends. */
export const recordWire = <Spec>(protocol: Protocol<Spec>, wire: Wire, feed: Feed = {}): Recording<Spec> => {
  const into = { exchanges: [] as Exchange<Spec>[], unread: [] as string[] };
  const recorders = new Map(connectionsOf(wire).map((c) => [c, new Recorder(protocol, peerOf(wire, c), into)]));
  const cut = wire.transport === "udp" ? Number.MAX_SAFE_INTEGER : (feed.cut ?? Number.MAX_SAFE_INTEGER);
  for (const [index, line] of wire.lines.entries()) {
    const recorder = recorders.get(line.connection);
    if (index === feed.lose && line.bytes !== null) recorder?.lose(line.from);
    else recorder?.feed(line, cut);
  }
  for (const side of ["client", "server"] as const) for (const recorder of recorders.values()) recorder.end(side);
  return into;
};

/** What replaying a wire's client side gave: the conversation as a wire, and what was not answered. */
export interface Replay {
  readonly wire: Wire;
  readonly misses: readonly Miss[];
}

const WAKES_MOST = 10_000;

/** Wires count thousandths of milliseconds; sums are kept to that. */
const rounded = (at: number): number => Math.round(at * 1000) / 1000;

/** One replaying session on the wire's clock: a wake is called when its time comes, before later lines. */
class Replayer<Spec> {
  readonly #session: Session<Spec>;
  readonly #connection: number;
  readonly #into: { lines: WireLine[]; misses: Miss[] };
  #wakes: number[] = [];
  #woken = 0;
  #closed = false;

  constructor(session: Session<Spec>, connection: number, into: { lines: WireLine[]; misses: Miss[] }) {
    this.#session = session;
    this.#connection = connection;
    this.#into = into;
    this.#act(session.start(), 0);
  }

  feed(line: WireLine, cut: number): void {
    this.wakeUntil(line.at);
    if (this.#closed) return;
    if (line.bytes === null) {
      this.#into.lines.push(line);
      this.#act(this.#session.end(line.from), line.at);
      return;
    }
    for (const bytes of cutBytes(line.bytes, cut)) {
      if (this.#closed) return;
      this.#into.lines.push({ ...line, bytes });
      this.#act(this.#session.data({ from: line.from, bytes, at: line.at }), line.at);
    }
  }

  /** Calls every wake that is due by then, in the order due. */
  wakeUntil(at: number): void {
    while (!this.#closed) {
      const due = Math.min(...this.#wakes);
      if (due > at || this.#wakes.length === 0) return;
      if (++this.#woken > WAKES_MOST) throw new Error(`the session asked to be woken more than ${WAKES_MOST} times`);
      this.#wakes = this.#wakes.toSpliced(this.#wakes.indexOf(due), 1);
      this.#act(this.#session.wake(due), due);
    }
  }

  #act(steps: Iterable<Step<Spec>>, at: number): void {
    for (const step of steps) {
      if (step.do === "send") {
        this.#into.lines.push({ from: "server", at, bytes: step.bytes.slice(), connection: this.#connection });
      }
      if (step.do === "miss") this.#into.misses.push(step.miss);
      if (step.do === "wake") this.#wakes.push(rounded(at + step.afterMs));
      if (step.do === "tunnel") this.#closed = true;
      if (step.do === "close") {
        this.#closed = true;
        this.#into.lines.push({ from: "server", at, bytes: null, connection: this.#connection });
      }
      if (step.do === "emit") throw new Error("a replaying session emitted an exchange");
    }
  }
}

/** Replays the client side of a wire against `pool`, and gives the conversation that came of it. */
export const replayWire = <Spec>(
  protocol: Protocol<Spec>,
  wire: Wire,
  pool: Pool<Spec>,
  feed: Pick<Feed, "cut"> = {},
): Replay => {
  const into = { lines: [] as WireLine[], misses: [] as Miss[] };
  const replayers = new Map<number, Replayer<Spec>>();
  const cut = wire.transport === "udp" ? Number.MAX_SAFE_INTEGER : (feed.cut ?? Number.MAX_SAFE_INTEGER);
  for (const line of wire.lines) {
    const { connection } = line;
    const replayer =
      replayers.get(connection) ?? new Replayer(protocol.replay(peerOf(wire, connection), pool), connection, into);
    replayers.set(connection, replayer);
    if (line.from === "client") replayer.feed(line, cut);
  }
  for (const replayer of replayers.values()) replayer.wakeUntil(Number.POSITIVE_INFINITY);
  return { wire: { ...wire, lines: into.lines }, misses: into.misses };
};
