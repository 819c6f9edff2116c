/**
 * Servers of MongoDB's protocol of one's own on free ports of 127.0.0.1, gone afterwards: FerretDB on SQLite, the real
 * one, alone and with SCRAM and TLS; and for what it lacks (replica sets, transactions, change streams, compression,
 * exhaust cursors) the set of `test/apps/mongodb-go/replica`, which speaks by the Go driver's own messages.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { goProgram } from "./apps.ts";
import { ferretdb } from "./ferretdb.ts";
import { freePort } from "./recorded.ts";
import { Running } from "./reprise.ts";

export interface MongodbServer extends AsyncDisposable {
  readonly port: number;
  /** For drivers: `mongodb://user:password@127.0.0.1:port/?…`. */
  readonly url: string;
}

/** PEM files as a server shows them, and the root that its clients trust. */
export interface MongodbTls {
  readonly certificate: string;
  readonly key: string;
  readonly root: string;
}

export interface MongodbOptions {
  readonly tls?: MongodbTls | null;
  /** Who is let in, by SCRAM; everybody where it is `null`. */
  readonly user?: { readonly name: string; readonly password: string } | null;
}

/** Starts it and waits until it answers; `await using` stops it. */
export async function startMongodb({ tls = null, user = null }: MongodbOptions = {}): Promise<MongodbServer> {
  const program = ferretdb();
  const folder = mkdtempSync(join(tmpdir(), "mongodb-"));
  const port = freePort();
  const address = `127.0.0.1:${port}`;
  const listens =
    tls === null
      ? [`--listen-addr=${address}`]
      : ["--listen-addr=", `--listen-tls=${address}`, `--listen-tls-cert-file=${tls.certificate}`, `--listen-tls-key-file=${tls.key}`]; // prettier-ignore
  const asks =
    user === null
      ? []
      : ["--test-enable-new-auth", "--setup-database=admin", `--setup-username=${user.name}`, `--setup-password=${user.password}`]; // prettier-ignore
  const words = ["--handler=sqlite", `--sqlite-url=file:${folder}/`, `--state-dir=${folder}`, "--debug-addr=-", "--telemetry=disable", "--log-level=error", ...listens, ...asks]; // prettier-ignore
  const env = { PATH: process.env["PATH"] ?? "" };
  const server = Bun.spawn([program, ...words], { cwd: folder, env, stdin: "ignore", stdout: "ignore", stderr: "inherit" }); // prettier-ignore
  const url = `mongodb://${who(user)}${address}/${tls === null ? "" : "?tls=true"}`;
  await answers(url, tls);
  return {
    port,
    url,
    async [Symbol.asyncDispose]() {
      server.kill("SIGKILL");
      await server.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface ReplicaOptions extends MongodbOptions {
  readonly members?: number;
  readonly mechanisms?: readonly string[];
  readonly compressors?: readonly string[];
  /** Asks its clients for a certificate, and lets in who has none. */
  readonly asksCertificate?: boolean;
}

/** A set `rs0`; its URL names all members and the set. */
export async function startReplicaSet(options: ReplicaOptions = {}): Promise<MongodbServer> {
  const { members = 3, tls = null, user = null, mechanisms = [], compressors = [] } = options;
  const ports = Array.from({ length: members }, freePort);
  const addresses = ports.map((port) => `127.0.0.1:${port}`).join();
  const env = {
    SET: "rs0",
    ADDRESSES: addresses,
    COMPRESSORS: compressors.join(),
    ...(user === null ? {} : { USER_NAME: user.name, PASSWORD: user.password, MECHANISMS: mechanisms.join() }),
    ...(tls === null ? {} : { CERTIFICATE: tls.certificate, KEY: tls.key }),
    ...(options.asksCertificate === true ? { ASKS_CERTIFICATE: "yes" } : {}),
  };
  const running = new Running([goProgram("mongodb-go/replica")], { env });
  await running.line(/the set is up/);
  return {
    port: ports[0] ?? 0,
    url: `mongodb://${who(user)}${addresses}/?replicaSet=rs0${tls === null ? "" : "&tls=true"}`,
    [Symbol.asyncDispose]: async () => await running[Symbol.asyncDispose](),
  };
}

const who = (user: MongodbOptions["user"]): string =>
  user === null || user === undefined ? "" : `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@`;

async function answers(url: string, tls: MongodbTls | null): Promise<void> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 20_000, ...(tls === null ? {} : { tlsCAFile: tls.root }) }); // prettier-ignore
  await client.db("admin").command({ ping: 1 });
  await client.close();
}
