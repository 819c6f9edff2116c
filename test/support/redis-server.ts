/**
 * A real Redis server of one's own on a free port of 127.0.0.1, its files in a temporary folder, gone afterwards. The
 * default user's password is `secret`. Where redis-server is not installed its tests fail with a sentence.
 */
import { join } from "node:path";
import { Folder } from "./folder.ts";
import { freePort } from "./recorded.ts";
import { Said } from "./until-said.ts";

/** PEM files as a server shows them; the clients are not asked for any. */
export interface RedisTls {
  readonly certificate: string;
  readonly key: string;
  readonly root: string;
}

export interface RedisOptions {
  readonly tls?: RedisTls | null;
  /** Further lines of `redis.conf` as words of the command line: `--cluster-enabled yes`. */
  readonly words?: readonly string[];
  readonly password?: string | null;
  readonly port?: number;
}

export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  /** For drivers that take one: `redis://:secret@127.0.0.1:port`. */
  readonly url: string;
  /** What `redis-cli` prints for a command, one line for each reply. */
  ask(...words: readonly string[]): string;
  /** The same of this node of a cluster alone. */
  askHere(...words: readonly string[]): string;
  /** Its log. */
  readonly said: Said;
  stop(): Promise<void>;
}

/** Starts it and waits until it answers; `await using` stops it. */
export const startRedis = async (options: RedisOptions = {}): Promise<RedisServer> => {
  if (Bun.which("redis-server") === null) throw new Error("Redis is not installed: apt-get install redis-server");
  const { tls = null, words = [], password = "secret", port = freePort() } = options;
  const folder = new Folder();
  const listens =
    tls === null
      ? ["--port", String(port)]
      : ["--port", "0", "--tls-port", String(port), "--tls-cert-file", tls.certificate, "--tls-key-file", tls.key,
         "--tls-ca-cert-file", tls.root, "--tls-auth-clients", "no"]; // prettier-ignore
  const secret = password === null ? [] : ["--requirepass", password];
  const server = Bun.spawn(
    ["redis-server", ...listens, ...secret, "--bind", "127.0.0.1", "--save", "", "--dir", folder.path, ...words],
    { cwd: folder.path, stdout: "pipe", stderr: "ignore" },
  );
  const stop = async (): Promise<void> => {
    server.kill("SIGKILL");
    await server.exited;
    folder[Symbol.dispose]();
  };
  const said = new Said(server.stdout);
  await started(said, "Ready to accept connections", stop);
  const cli = ["redis-cli", "-h", "127.0.0.1", "-p", String(port), "--no-auth-warning", ...(password === null ? [] : ["-a", password]), ...(tls === null ? [] : ["--tls", "--cacert", tls.root])]; // prettier-ignore
  const run = (how: readonly string[], asked: readonly string[]): string => {
    const done = Bun.spawnSync([...cli, ...how, ...asked], { stderr: "pipe" });
    if (!done.success) throw new Error(`redis-cli ${asked.join(" ")}: ${done.stderr.toString()}${done.stdout.toString()}`); // prettier-ignore
    return done.stdout.toString().trim();
  };
  const ask = (...asked: readonly string[]): string => run(["-c"], asked);
  const askHere = (...asked: readonly string[]): string => run([], asked);
  const scheme = tls === null ? "redis" : "rediss";
  const user = password === null ? "" : `:${password}@`;
  return { port, url: `${scheme}://${user}127.0.0.1:${port}`, ask, askHere, said, stop, [Symbol.asyncDispose]: stop };
};

const started = async (said: Said, wanted: string, stop: () => Promise<void>): Promise<void> => {
  try {
    await said.until(wanted);
  } catch (failure) {
    await stop();
    throw failure;
  }
};

/** A sentinel that watches the server as `primary`; resolves when it takes connections. */
export const startSentinel = async (server: RedisServer): Promise<{ readonly address: string } & AsyncDisposable> => {
  const folder = new Folder();
  const port = freePort();
  const file = join(folder.path, "sentinel.conf");
  const lines = [
    ...[`port ${port}`, "bind 127.0.0.1", `dir ${folder.path}`],
    ...[`sentinel monitor primary 127.0.0.1 ${server.port} 1`, "sentinel auth-pass primary secret"],
  ];
  await Bun.write(file, `${lines.join("\n")}\n`);
  const sentinel = Bun.spawn(["redis-server", file, "--sentinel"], { stdout: "pipe", stderr: "ignore" });
  const stop = async (): Promise<void> => {
    sentinel.kill("SIGKILL");
    await sentinel.exited;
    folder[Symbol.dispose]();
  };
  await started(new Said(sentinel.stdout), "+monitor master primary", stop);
  return { address: `127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
};

export interface RedisCluster extends AsyncDisposable {
  readonly servers: readonly [RedisServer, ...RedisServer[]];
  /** `host:port,host:port`. */
  readonly addresses: string;
  stop(): Promise<void>;
}

/** The nodes talk to each other ten thousand ports above. */
const clusterPort = (): number => {
  for (;;) {
    const port = freePort();
    if (port >= OUTGOING_FROM - BUS_ABOVE) continue;
    try {
      Bun.listen({ hostname: "127.0.0.1", port: port + BUS_ABOVE, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Somebody has it.
    }
  }
};

const BUS_ABOVE = 10_000;
/** From here on the kernel gives ports to whoever asks for any. */
const OUTGOING_FROM = 32_768;

/** Three servers that share the slots, without replicas; resolves when each knows of all. */
export const startRedisCluster = async (): Promise<RedisCluster> => {
  await using undo = new AsyncDisposableStack();
  const start = async () => undo.use(await startRedis({ port: clusterPort(), words: ["--cluster-enabled", "yes"] }));
  const servers = [await start(), await start(), await start()] as const;
  const nodes = servers.map(({ port }) => `127.0.0.1:${port}`);
  servers[0].ask("--cluster", "create", ...nodes, "--cluster-replicas", "0", "--cluster-yes");
  for (const { said } of servers) await said.until("Cluster state changed: ok");
  const held = undo.move();
  const stop = async () => await held.disposeAsync();
  return { servers, addresses: nodes.join(","), stop, [Symbol.asyncDispose]: stop };
};
