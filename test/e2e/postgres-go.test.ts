/** Go services with PostgreSQL behind them, by pgx and by lib/pq: recorded with the server up, replayed with it stopped. */
import { describe } from "bun:test";
import { goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import {
  changes,
  expectCaught,
  expectEdited,
  expectGreen,
  expectSound,
  recordedService,
  type ServiceRequest,
} from "../support/postgres-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";

const get = (path: string): ServiceRequest => ({ method: "GET", path });

/** How large a result is: 64 MB unless told, since it is held several times over while it is recorded. */
const megabytes = process.env["TEST_RESULT_MB"] ?? "64";

const extra = [
  get("/listen?say=hello"),
  get("/listen?say=again"),
  get("/bulk?mb=1"),
  get(`/bulk?mb=${megabytes}`),
  get("/rest?ms=1200"),
];

/** What pgx alone can do, each a route of its own (`misc.go`), and each of its modes (`/bound`). */
const byPgx = [
  "savepoint batch-fails batch-tx pipeline half-rows early-close empty large many enum session prepared copy-fails",
  "copy-types several notice timeout terminated ddl function duplicates temp large-object",
].flatMap((line) => line.split(" ").map((name) => get(`/misc/${name}`)));

describe.each(["pgx", "pq"] as const)("a service by %s", (driver) => {
  const service = recordedOnce(async (folder) => {
    const program = goProgram(`pg-go/${driver}`);
    const more = driver === "pgx" ? [get("/bound"), ...byPgx] : [];
    return await recordedService(folder, () => ({ command: `exec ${program}` }), { extra: [...extra, ...more] });
  });

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

  rootTest("replays green by a small pool that never rests", async () =>
    expectGreen(await service().replay({ POOL_SIZE: "2", REST_MS: "1" }), service().count),
  );

  rootTest("replays green by a warm pool that tries and replaces its connections", async () =>
    expectGreen(await service().replay({ POOL_SIZE: "16", POOL_LEAST: "8" }), service().count),
  );

  for (const test of ["get-items-by-id-9", "get-visits-3", "post-transfers-2", "get-failures-transaction-1"]) {
    rootTest(`replays ${test} alone`, async () => expectGreen(await service().replay({}, ["--test-case", test]), 1));
  }

  rootTest("shows what was edited", async () => await expectEdited(service()));

  for (const change of changes) rootTest(`is caught: ${change}`, async () => await expectCaught(service(), change));
});

rootTest.each(["simple_protocol", "exec", "cache_describe", "describe_exec"])("pgx in its mode %s", async (mode) => {
  using folder = new Folder();
  const program = goProgram("pg-go/pgx");
  const env = { DATABASE_OPTIONS: `default_query_exec_mode=${mode}` };
  const service = await recordedService(folder, () => ({ command: `exec ${program}`, env }));
  expectGreen(await service.replay(), service.count);
});

rootTest("lib/pq with binary parameters, by name", async () => {
  using folder = new Folder();
  const program = goProgram("pg-go/pq");
  const command = `DATABASE_URL=$(echo $DATABASE_URL | sed s/127.0.0.1/localhost/) exec ${program}`;
  const service = await recordedService(folder, () => ({
    command,
    env: { DATABASE_OPTIONS: "binary_parameters=yes" },
  }));
  expectSound(service);
  expectGreen(await service.replay(), service.count);
});
