/**
 * A plain forwarder between a real client and a real server that keeps what passes, to make wires.
 *
 * Bytes go on untouched, half-closes and datagram borders too. Its counterpart is `wire.ts`.
 */
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { type Side } from "../../src/core/protocol.ts";
import { type Wire, type WireLine } from "./wire.ts";

/** Where the real server is, and what the wire is to say about it. */
export interface TapOptions {
  readonly host?: string;
  readonly port: number;
  readonly protocol: string;
  readonly driver: string;
  /** The port the wire names, where the real server runs on some free one. */
  readonly usualPort?: number;
  readonly transport?: "tcp" | "udp";
}

export interface TapProxy extends AsyncDisposable {
  /** Where the client is to connect, on 127.0.0.1. */
  readonly port: number;
  /** What has passed so far. */
  wire(): Wire;
  close(): Promise<void>;
}

type Keep = (from: Side, connection: number, bytes: Uint8Array | null) => void;

const keeper = (): { lines: WireLine[]; keep: Keep } => {
  const lines: WireLine[] = [];
  const startedAt = performance.now();
  const keep: Keep = (from, connection, bytes) => {
    const at = Math.round((performance.now() - startedAt) * 1000) / 1000;
    lines.push({ from, at, bytes: bytes === null ? null : new Uint8Array(bytes), connection });
  };
  return { lines, keep };
};

const forward = (socket: Socket, to: Socket, onBytes: (bytes: Uint8Array | null) => void): void => {
  socket.on("data", (bytes: Uint8Array) => {
    onBytes(bytes);
    if (!to.write(bytes)) {
      socket.pause();
      to.once("drain", () => socket.resume());
    }
  });
  socket.on("end", () => {
    onBytes(null);
    to.end();
  });
  socket.on("error", () => to.destroy());
  socket.on("close", () => to.destroySoon());
};

const startTcp = async (options: TapOptions, keep: Keep): Promise<{ port: number; close: () => Promise<void> }> => {
  const open = new Set<Socket>();
  let count = 0;
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    const connection = count++;
    const upstream = connect({ host: options.host ?? "127.0.0.1", port: options.port, allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("close", () => open.delete(socket));
    }
    forward(upstream, client, (bytes) => keep("server", connection, bytes));
    forward(client, upstream, (bytes) => keep("client", connection, bytes));
    upstream.once("connect", () => client.resume());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, close };
};

const startUdp = async (options: TapOptions, keep: Keep): Promise<{ port: number; close: () => Promise<void> }> => {
  const server = createSocket("udp4");
  const upstreams = new Map<number, { connection: number; socket: DatagramSocket }>();
  server.on("message", (message, from) => {
    let upstream = upstreams.get(from.port);
    if (upstream === undefined) {
      const connection = upstreams.size;
      const socket = createSocket("udp4");
      socket.on("message", (reply) => {
        keep("server", connection, reply);
        server.send(reply, from.port, from.address);
      });
      upstream = { connection, socket };
      upstreams.set(from.port, upstream);
    }
    keep("client", upstream.connection, message);
    upstream.socket.send(message, options.port, options.host ?? "127.0.0.1");
  });
  await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    for (const { socket } of upstreams.values()) socket.close();
    await new Promise<void>((resolve) => server.close(resolve));
  };
  return { port: server.address().port, close };
};

/** Listens on a free port of 127.0.0.1 and forwards every connection (or datagram) to the real server. */
export const startTapProxy = async (options: TapOptions): Promise<TapProxy> => {
  const { lines, keep } = keeper();
  const transport = options.transport ?? "tcp";
  const { port, close } = await (transport === "tcp" ? startTcp : startUdp)(options, keep);
  const { protocol, driver } = options;
  return {
    port,
    wire: () => ({ protocol, driver, port: options.usualPort ?? options.port, transport, lines: [...lines] }),
    close,
    [Symbol.asyncDispose]: close,
  };
};
