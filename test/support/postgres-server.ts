/**
 * A real PostgreSQL server of one's own: a cluster in a temporary folder, on a free port of 127.0.0.1, gone afterwards.
 *
 * The server refuses to run as root, so as root it runs as `nobody`. It holds the roles `app` (password `secret`) and
 * `postgres`, and one database, `shop`. Where PostgreSQL is not installed its tests fail with a sentence.
 */
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PostgresCertificates } from "./postgres-certificates.ts";
import { freePort } from "./recorded.ts";
import { Said } from "./until-said.ts";

/** How the server asks who a client is. */
export type Authentication = "trust" | "scram-sha-256" | "md5" | "password";

/** How the server speaks TLS: as Debian's does (`offers`), or refusing `app` in clear text. */
export interface ServerTls {
  readonly certificates: PostgresCertificates;
  readonly clear: "offers" | "refuses";
}

export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** For drivers that take one: `postgres://app:secret@127.0.0.1:port/shop`. */
  readonly url: string;
  /** Where its unix socket is, if it was asked for one. */
  readonly folder: string;
  /** What it logs: each connection too. */
  readonly said: Said;
  stop(): Promise<void>;
}

const versionsFolder = "/usr/lib/postgresql";

/** Where initdb and postgres are, newest version first; null if nowhere. */
const postgresFolder: string | null = (() => {
  if (!existsSync(versionsFolder)) return null;
  const versions = readdirSync(versionsFolder).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(versionsFolder, version, "bin")).find((folder) => existsSync(join(folder, "initdb"))) ?? null; // prettier-ignore
})();

const NOBODY = 65534;
const asRoot = process.getuid?.() === 0;
const identity = asRoot ? { uid: NOBODY, gid: NOBODY } : {};

const run = async (command: string[], cwd: string, input = ""): Promise<void> => {
  const stdin = new Blob([input]);
  const child = Bun.spawn(command, { cwd, stdin, stdout: "pipe", stderr: "pipe", env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" }, ...identity }); // prettier-ignore
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${error}${out}`);
};

/** Starts it and waits until it answers; `await using` stops it. `hasSocket`: it listens at a unix socket as well. */
export const startPostgres = async (
  authentication: Authentication = "scram-sha-256",
  tls: ServerTls | null = null,
  hasSocket = false,
): Promise<PostgresServer> => {
  if (postgresFolder === null) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  const bin = postgresFolder;
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  chmodSync(folder, 0o755);
  if (asRoot) chownSync(folder, NOBODY, NOBODY);
  const data = join(folder, "data");
  const encryption = authentication === "md5" ? "md5" : "scram-sha-256";
  const cluster = ["-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "-A", "trust", "-N"];
  await run([join(bin, "initdb"), ...cluster], folder);
  const single = [join(bin, "postgres"), "--single", "-D", data, "-c", `password_encryption=${encryption}`, "postgres"];
  await run(single, folder, "CREATE ROLE app LOGIN SUPERUSER PASSWORD 'secret'\nCREATE DATABASE shop OWNER app\n");
  const line = tls?.clear === "refuses" ? "hostssl" : "host";
  await Bun.write(join(data, "pg_hba.conf"), `host all postgres 127.0.0.1/32 trust\nlocal all all trust\n${line} all all 127.0.0.1/32 ${authentication}\n`); // prettier-ignore
  const encrypted = tls === null ? [] : ["-c", "ssl=on"];
  if (tls !== null) for (const name of ["certificate", "key"] as const) placeOwn(tls.certificates[name], join(data, `server.${name === "key" ? "key" : "crt"}`)); // prettier-ignore
  const port = freePort();
  const options = ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${hasSocket ? folder : ""}`];
  options.push("-c", "fsync=off", "-c", "log_connections=on");
  const server = Bun.spawn(
    [join(bin, "postgres"), "-D", data, "-p", String(port), ...options, ...encrypted, "-c", "timezone=UTC"],
    {
      cwd: folder,
      stdout: "ignore",
      stderr: "pipe",
      env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" },
      ...identity,
    },
  );
  const stop = async (): Promise<void> => {
    server.kill("SIGQUIT");
    await server.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const said = new Said(server.stderr);
  try {
    await said.until("ready to accept connections");
  } catch (error) {
    await stop();
    throw error;
  }
  const url = `postgres://app:secret@127.0.0.1:${port}/shop`;
  return { port, url, folder, said, stop, [Symbol.asyncDispose]: stop };
};

/** The server takes a key only where nobody else can read it. */
const placeOwn = (file: string, to: string): void => {
  copyFileSync(file, to);
  chmodSync(to, 0o600);
  if (asRoot) chownSync(to, NOBODY, NOBODY);
};
