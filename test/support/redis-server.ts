/**
 * A real Redis server of one's own on a free port of 127.0.0.1, its files in a temporary folder, gone afterwards. The
 * default user's password is `secret`. Where redis-server is not installed its tests fail with a sentence.
 */
import { join } from "node:path";
import { Folder } from "./folder.ts";
import { freePort } from "./recorded.ts";

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
  await untilSaid(server.stdout, "Ready to accept connections", stop);
  const cli = ["redis-cli", "-h", "127.0.0.1", "-p", String(port), "--no-auth-warning", ...(password === null ? [] : ["-a", password]), ...(tls === null ? [] : ["--tls", "--cacert", tls.root])]; // prettier-ignore
  const run = (words: readonly string[], asked: readonly string[]): string => {
    const done = Bun.spawnSync([...cli, ...words, ...asked], { stderr: "pipe" });
    if (!done.success) throw new Error(`redis-cli ${asked.join(" ")}: ${done.stderr.toString()}${done.stdout.toString()}`); // prettier-ignore
    return done.stdout.toString().trim();
  };
  const ask = (...asked: readonly string[]): string => run(["-c"], asked);
  const askHere = (...asked: readonly string[]): string => run([], asked);
  const scheme = tls === null ? "redis" : "rediss";
  const user = password === null ? "" : `:${password}@`;
  return { port, url: `${scheme}://${user}127.0.0.1:${port}`, ask, askHere, stop, [Symbol.asyncDispose]: stop };
};

/** Reads what the server logs until it says so, and goes on reading so that it never waits. */
const untilSaid = async (log: ReadableStream<Uint8Array>, wanted: string, stop: () => Promise<void>): Promise<void> => {
  const reader = log.getReader();
  const decoder = new TextDecoder();
  let seen = "";
  while (!seen.includes(wanted)) {
    const { done, value } = await reader.read();
    if (done) {
      await stop();
      throw new Error(`Redis did not start: ${seen}`);
    }
    seen += decoder.decode(value, { stream: true });
  }
  void (async () => {
    while (!(await reader.read()).done);
  })();
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
  await untilSaid(sentinel.stdout, "+monitor master primary", stop);
  return { address: `127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
};

export interface RedisCluster extends AsyncDisposable {
  readonly servers: readonly [RedisServer, ...RedisServer[]];
  /** `host:port,host:port`. */
  readonly addresses: string;
  stop(): Promise<void>;
}

/** Three servers that share the slots, without replicas; resolves when each knows of all. */
export const startRedisCluster = async (): Promise<RedisCluster> => {
  await using undo = new AsyncDisposableStack();
  const start = async () => undo.use(await startRedis({ words: ["--cluster-enabled", "yes"] }));
  const servers = [await start(), await start(), await start()] as const;
  const nodes = servers.map(({ port }) => `127.0.0.1:${port}`);
  servers[0].ask("--cluster", "create", ...nodes, "--cluster-replicas", "0", "--cluster-yes");
  for (const { ask } of servers) while (!ask("CLUSTER", "INFO").includes("cluster_state:ok")) await Bun.sleep(20);
  const held = undo.move();
  const stop = async () => await held.disposeAsync();
  return { servers, addresses: nodes.join(","), stop, [Symbol.asyncDispose]: stop };
};
