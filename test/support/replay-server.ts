/**
 * A server on a free port that answers real drivers from replay sessions, one per connection.
 *
 * It does what the product's relay does and no more: acts on every step in order. TLS is refused, so drivers are told
 * to go without. `run-session.ts` is the counterpart without sockets.
 */
import { createSocket } from "node:dgram";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { type Miss } from "../../src/core/exchange.ts";
import { type Pool } from "../../src/core/pool.ts";
import { type Protocol, type Session, type Step } from "../../src/core/protocol.ts";
import { peerOf } from "./run-session.ts";

export interface ReplayServerOptions<Spec> {
  readonly protocol: Protocol<Spec>;
  readonly pool: Pool<Spec>;
  /** The port that the sessions see as the peer's. */
  readonly usualPort: number;
  readonly transport?: "tcp" | "udp";
}

export interface ReplayServer extends AsyncDisposable {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly misses: readonly Miss[];
  /** What sessions threw; the connection was closed then. */
  readonly errors: readonly unknown[];
  close(): Promise<void>;
}

interface Seen {
  readonly misses: Miss[];
  readonly errors: unknown[];
}

interface Line {
  send(bytes: Uint8Array): void;
  close(): void;
}

const now = (): number => performance.timeOrigin + performance.now();

/** Acts on the steps of one session; the returned `run` is called with each batch. */
const actor = <Spec>(session: Session<Spec>, line: Line, seen: Seen) => {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const run = (next: () => Iterable<Step<Spec>>): void => {
    try {
      for (const step of next()) act(step);
    } catch (error) {
      seen.errors.push(error);
      line.close();
    }
  };
  const act = (step: Step<Spec>): void => {
    if (step.do === "send") line.send(step.bytes);
    if (step.do === "miss") seen.misses.push(step.miss);
    if (step.do === "close") line.close();
    if (step.do === "startTls") throw new Error("the replay server speaks no TLS: turn it off in the driver");
    if (step.do === "wake") {
      const timer = setTimeout(() => {
        timers.delete(timer);
        run(() => session.wake(now()));
      }, step.afterMs);
      timers.add(timer);
    }
  };
  const stop = (): void => {
    for (const timer of timers) clearTimeout(timer);
  };
  return { run, stop };
};

const startTcp = async <Spec>(options: ReplayServerOptions<Spec>, seen: Seen) => {
  const open = new Set<Socket>();
  let count = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.setNoDelay(true);
    open.add(socket);
    const peer = peerOf({ port: options.usualPort, transport: "tcp" }, count++);
    const session = options.protocol.replay(peer, options.pool);
    const { run, stop } = actor(session, { send: (bytes) => socket.write(bytes), close: () => socket.end() }, seen);
    socket.on("data", (bytes: Uint8Array) =>
      run(() => session.data({ from: "client", bytes: new Uint8Array(bytes), at: now() })),
    );
    socket.on("end", () => {
      run(() => session.end("client"));
      socket.end();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      stop();
      open.delete(socket);
    });
    run(() => session.start());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, close };
};

const startUdp = async <Spec>(options: ReplayServerOptions<Spec>, seen: Seen) => {
  const server = createSocket("udp4");
  const clients = new Map<number, { session: Session<Spec>; run: ReturnType<typeof actor<Spec>>["run"] }>();
  server.on("message", (message, from) => {
    let client = clients.get(from.port);
    if (client === undefined) {
      const session = options.protocol.replay(
        peerOf({ port: options.usualPort, transport: "udp" }, clients.size),
        options.pool,
      );
      const line = { send: (bytes: Uint8Array) => server.send(bytes, from.port, from.address), close: () => {} };
      const { run } = actor(session, line, seen);
      client = { session, run };
      clients.set(from.port, client);
      run(() => session.start());
    }
    const { session, run } = client;
    run(() => session.data({ from: "client", bytes: new Uint8Array(message), at: now() }));
  });
  await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { port: server.address().port, close };
};

/** Starts it; `await using` stops it. */
export const startReplayServer = async <Spec>(options: ReplayServerOptions<Spec>): Promise<ReplayServer> => {
  const seen: Seen = { misses: [], errors: [] };
  const start = options.transport === "udp" ? startUdp<Spec> : startTcp<Spec>;
  const { port, close } = await start(options, seen);
  return { port, misses: seen.misses, errors: seen.errors, close, [Symbol.asyncDispose]: close };
};
