/**
 * The less usual ways to TLS and SCRAM: direct negotiation, clear text first, clients that insist on channel binding or on
 * being asked for a password, and a client that wants TLS where none was recorded.
 */
import { afterAll, expect } from "bun:test";
import { Folder } from "../support/folder.ts";
import { PostgresCertificates } from "../support/postgres-certificates.ts";
import { type Driver, drivers, keptOf } from "../support/postgres-drivers.ts";
import { startFront } from "../support/postgres-front.ts";
import { expectGreen, expectSound, recordedService, type TurnOptions } from "../support/postgres-turn.ts";
import { rootTest } from "../support/root-test.ts";

const certificates = new PostgresCertificates();
afterAll(() => certificates[Symbol.dispose]());

const verified = `sslmode=verify-full&sslrootcert=${certificates.root}`;
const byName: TurnOptions = {
  tls: { certificates, clear: "refuses" },
  urlOf: ({ port }) => `postgres://app:secret@localhost:${port}/shop`,
};

const recordedBy = async (folder: Folder, { command, env }: Driver, options: string, turn: TurnOptions) => {
  const started = { command: await command(), env: env(options) };
  return await recordedService(folder, () => started, turn);
};

const direct: TurnOptions = {
  urlOf: async (server, held) =>
    `postgres://app:secret@localhost:${held.use(await startFront(certificates, server.port)).port}/shop`,
};

rootTest.each(["pgx", "pg", "psycopg 3", "asyncpg"] as const)("TLS from the first byte, by %s", async (name) => {
  using folder = new Folder();
  const service = await recordedBy(folder, drivers[name], `${verified}&sslnegotiation=direct`, direct);
  expectSound(service);
  expect(keptOf(service)).toMatchObject({ encryption: ["tls"], tls: ["true"] });
  expectGreen(await service.replay(), service.count);
});

rootTest.each(["pgx", "psycopg 3"] as const)("clear text first, TLS when that is refused, by %s", async (name) => {
  using folder = new Folder();
  const service = await recordedBy(folder, drivers[name], "sslmode=allow", byName);
  expectSound(service);
  expect(keptOf(service).encryption).toContain("tls");
  expectGreen(await service.replay(), service.count);
});

rootTest("a client that wants no TLS of a server that has it is recorded in clear", async () => {
  using folder = new Folder();
  const tls = { certificates, clear: "offers" } as const;
  const service = await recordedBy(folder, drivers.pg, "sslmode=disable", { tls });
  expect(keptOf(service)).toEqual({ encryption: ["none"], authentication: ["scram-sha-256"], tls: [] });
  expectGreen(await service.replay(), service.count);
  const { code, stdout, report } = await service.replay(drivers.pg.env("sslmode=require"), [
    "--test-case",
    "get-items-by-id-7",
  ]);
  expect([code === 0, report.verdict === "passed"]).toEqual([false, false]);
  expect(stdout).toContain("which was recorded in clear text");
});

const insisting = [
  ["psycopg 3", "channel_binding=require"],
  ["psycopg 3", "require_auth=scram-sha-256"],
  ["pgx", "channel_binding=require&require_auth=scram-sha-256"],
  ["pgjdbc", "channelBinding=require"],
] as const;

rootTest.each(insisting)("%s with %s", async (name, demand) => {
  using folder = new Folder();
  const service = await recordedBy(folder, drivers[name], `${verified}&${demand}`, byName);
  expectSound(service);
  expectGreen(await service.replay(), service.count);
});
