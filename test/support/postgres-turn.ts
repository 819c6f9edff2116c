/**
 * The whole turn of a service with a real PostgreSQL behind it, by the compiled binary: recorded with the server up,
 * replayed with it stopped, and replayed again by a program that changed.
 *
 * What such a service answers is listed here, so that every driver and language is asked for the same: it listens on
 * 127.0.0.1:$PORT, connects to $DATABASE_URL with a pool of $POOL_SIZE connections, and $CHANGE says in which way it
 * differs from the program that was recorded.
 */
import { expect } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { Client } from "pg";
import type { TestResult } from "../../src/core/run-result.ts";
import type { Folder } from "./folder.ts";
import { type PostgresServer, type ServerTls, startPostgres } from "./postgres-server.ts";
import { freePort } from "./recorded.ts";
import { type AppUnderTest, recorded, type Tested, tested } from "./reprise.ts";

/** One request to a service. */
export interface ServiceRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
}

const get = (path: string): ServiceRequest => ({ method: "GET", path });
const post = (path: string, body: unknown): ServiceRequest => ({ method: "POST", path, body });
const times = (count: number, request: ServiceRequest): readonly ServiceRequest[] =>
  Array.from({ length: count }, () => request);

/** The SQL that makes the tables before a recording begins. */
export const schemaFile = `${import.meta.dir}/../apps/pg-schema.sql`;

/**
 * What is asked one after another. Answers are JSON; failures of the database are answers too, with `sqlstate` and
 * `message`. Every value of a column is shown in full, so that a lost digit or zone is a difference.
 */
export const requests: readonly ServiceRequest[] = [
  // The row of `every_type` with values, then the one with NULL throughout.
  get("/types/1"),
  get("/types/2"),
  // Values of every type go to the server as parameters and come back.
  get("/echo"),
  // {id, name, price, tags, attributes, created_at} by a prepared statement; 404 where there is none. Drivers that count
  // executions before they prepare on the server pass that count here.
  ...[1, 2, 3, 4, 5, 6, 7, 7, 8, 999].map((id) => get(`/items/${id}`)),
  // UPDATE … RETURNING n: {"n": 1}, {"n": 2}, {"n": 3}.
  ...times(3, get("/visits")),
  // INSERT … RETURNING the row.
  post("/items", {
    name: "tea",
    price: "3.10",
    tags: ["hot", 'with "quotes", and commas'],
    attributes: { leaf: true },
  }),
  post("/items", { name: "cup", price: null, tags: [], attributes: null }),
  // A transaction of two updates and a select; too large an amount violates a CHECK, and it is rolled back.
  post("/transfers", { from: 1, to: 2, amount: "10.50" }),
  post("/transfers", { from: 1, to: 2, amount: "1000000" }),
  post("/transfers", { from: 2, to: 1, amount: "0.25" }),
  // A statement that fails; the last one does so within a transaction, asks once more (25P02), rolls back and asks again.
  get("/failures/unique"),
  get("/failures/syntax"),
  get("/failures/no-table"),
  get("/failures/division"),
  get("/failures/transaction"),
  // Several rows by one call of the driver (executemany, addBatch, SendBatch, pipelining): {"inserted": n, "names": […]}.
  post("/batch", { names: ["b1", "b2", "b3"] }),
  post("/batch", { names: ["c1", "c2", "c3", "c4", "c5", "c6"] }),
  // COPY in and out where the driver has it, else INSERT and SELECT.
  post("/copy", { rows: [["k1", "one\ttab"], ["k2", null], ["k3", "back\\slash"]] }), // prettier-ignore
  get("/copy"),
  // 40 items through a cursor, so many at a time.
  get("/stream?size=7"),
  get("/stream?size=16"),
  get("/visits"),
];

/** What is asked at once: {"n": n} after the server has slept a moment. */
export const concurrent: readonly ServiceRequest[] = Array.from({ length: 20 }, (_, n) => get(`/slow/${n}`));

/** The program of a test, given where it listens and where its database is. */
export type ServiceProgram = (port: number) => { readonly command: string; readonly env?: Record<string, string> };

/** A service that was recorded, its server gone. */
export interface RecordedService {
  readonly folder: Folder;
  /** What it answered while it was recorded: `GET /visits` -> [[200, "{…}"], …]. */
  readonly answers: ReadonlyMap<string, readonly (readonly [status: number, body: string])[]>;
  readonly count: number;
  /** Replays it, with this change of the program or this environment. */
  replay(env?: Readonly<Record<string, string>>, words?: readonly string[]): Promise<Tested>;
}

/** What a recording differs in from the ordinary one. */
export interface TurnOptions {
  /** Requests that follow the listed ones. */
  readonly extra?: readonly ServiceRequest[];
  readonly poolSize?: number;
  /** How the server speaks TLS. */
  readonly tls?: ServerTls | null;
  /** Where the app finds it, when that is not the server itself; what it starts for that ends with `held`. */
  readonly urlOf?: (server: PostgresServer, held: AsyncDisposableStack) => string | Promise<string>;
}

/** Records the service against a server of its own, which is gone when this returns. */
export async function recordedService(
  folder: Folder,
  program: ServiceProgram,
  { extra = [], poolSize = 4, tls = null, urlOf = ({ url }) => url }: TurnOptions = {},
): Promise<RecordedService> {
  const port = freePort();
  const answers = new Map<string, (readonly [number, string])[]>();
  const ask = async ({ method, path, body }: ServiceRequest): Promise<void> => {
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...sent });
    const name = `${method} ${path}`;
    answers.set(name, [...(answers.get(name) ?? []), [response.status, await response.text()]]);
  };
  await using server = await startPostgres("scram-sha-256", tls);
  await using held = new AsyncDisposableStack();
  const url = await urlOf(server, held);
  await createTables(server.port);
  const app = (env: Readonly<Record<string, string>>): AppUnderTest => {
    const { command, env: own = {} } = program(port);
    const surroundings = { PORT: String(port), DATABASE_URL: url, POOL_SIZE: String(poolSize) };
    return { command, env: { ...surroundings, ...own, ...env } };
  };
  await recorded(folder.path, app({}), async () => {
    for (const request of [...requests, ...extra]) await ask(request);
    await Promise.all(concurrent.map(ask));
  });
  return {
    folder,
    answers,
    count: requests.length + extra.length + concurrent.length,
    replay: async (env = {}, words = []) => await tested(folder.path, app(env), words),
  };
}

async function createTables(port: number): Promise<void> {
  const client = new Client({ host: "127.0.0.1", port, user: "postgres", database: "shop" });
  await client.connect();
  await client.query(await Bun.file(schemaFile).text());
  await client.end();
}

/** That the recording holds what was asked for, whatever the driver. */
export function expectSound({ answers }: RecordedService): void {
  const bodies = (name: string) => (answers.get(name) ?? []).map(([, body]) => JSON.parse(body) as never);
  const states = (name: string) =>
    (answers.get(`GET /failures/${name}`) ?? []).map(([, body]) => JSON.parse(body).sqlstate);
  expect(bodies("GET /visits")).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }] as never);
  expect(bodies("GET /items/7")).toMatchObject([
    { id: 7, name: "item 7" },
    { id: 7, name: "item 7" },
  ] as never);
  expect((answers.get("GET /items/999") ?? []).map(([status]) => status)).toEqual([404]);
  expect(["unique", "syntax", "no-table", "division"].flatMap(states)).toEqual(["23505", "42601", "42P01", "22012"]);
  expect(bodies("GET /failures/transaction")).toMatchObject([
    { sqlstates: ["22012", "25P02"], afterwards: 1 },
  ] as never);
  for (let n = 0; n < concurrent.length; n++) expect(bodies(`GET /slow/${n}`)).toEqual([{ n }] as never);
  const failed = [...answers].flatMap(([name, all]) => all.filter(([status]) => status >= 500).map(([, body]) => `${name}: ${body}`)); // prettier-ignore
  expect(failed).toEqual([]);
}

/** That every test is green and no call was missed. */
export function expectGreen({ code, report, stdout }: Tested, count: number): void {
  const failed = report.testSets.flatMap(({ tests }) => tests.filter(({ status }) => status !== "passed"));
  expect({ failed, missed: report.mocks.missed, missing: report.totals.passed }).toEqual({ failed: [], missed: 0, missing: count }); // prettier-ignore
  expect([code, report.verdict]).toEqual([0, "passed"]);
  expect(stdout).toContain(`PASSED ${count} of ${count}`);
}

/** That the app sees the values that a user has written into `mocks.yaml`, whatever format the driver asks for. */
export async function expectEdited({ folder, replay }: RecordedService): Promise<void> {
  const file = folder.at("reprise/test-set-0/mocks.yaml");
  const before = readFileSync(file, "utf8");
  const edited = before.replaceAll('["7", item 7, "8.75"', '["7", "edited: ü", "1234567.89"');
  expect(edited).not.toBe(before);
  writeFileSync(file, edited);
  const { code, report } = await replay({}, ["--test-case", "get-items-by-id-7"]);
  writeFileSync(file, before);
  const test = report.testSets[0]?.tests[0] as TestResult;
  expect([code, report.mocks.missed, test.differences]).toEqual([
    1,
    0,
    [
      { path: "body.name", expected: "item 7", actual: "edited: ü", change: "changed" },
      expect.objectContaining({ path: "body.price", actual: expect.stringContaining("1234567.89") }),
    ],
  ] as never);
}

/** The changes every service knows, each of `GET /items/7`. */
export const changes = ["another id", "other sql", "drop a field", "add a field", "number to string"] as const;

/**
 * That the changed program is caught, and that the report and the text name the place. Of a driver that writes values
 * into the SQL, `literal`, the other id is another text, which is known from another test.
 */
export async function expectCaught(
  { replay }: RecordedService,
  change: (typeof changes)[number],
  { literal = false } = {},
): Promise<void> {
  const { code, report, stdout } = await replay({ CHANGE: change }, ["--test-case", "get-items-by-id-7"]);
  const test = report.testSets[0]?.tests[0] as TestResult;
  expect([code, report.verdict, test.name, test.status]).toEqual([1, "failed", "get-items-by-id-7", "failed"]);
  const differences: Partial<Record<(typeof changes)[number], object>> = {
    "drop a field": { path: "body.price", change: "missing" },
    "add a field": { path: "body.extra", change: "added" },
    "number to string": { path: "body.id", expected: 7, actual: "7", change: "retyped" },
  };
  const wanted = differences[change];
  if (wanted !== undefined) {
    expect([report.mocks.missed, test.differences]).toEqual([0, [expect.objectContaining(wanted)]] as never);
    return expect(stdout).toContain((wanted as { path: string }).path);
  }
  const differs =
    change === "another id"
      ? literal
        ? expect.stringContaining("belongs to test get-items")
        : "parameters[0]: 7 -> 8"
      : expect.stringMatching(/^sql|^query|SELECT/);
  const { asked, nearest } = test.missed[0] ?? {};
  expect([test.missed.length, nearest?.mock, nearest?.differs]).toEqual([1, expect.stringMatching(/^mock-\d+$/), [differs]] as never); // prettier-ignore
  expect(stdout).toContain(asked ?? "?");
  expect(stdout).toContain(`nearest is ${nearest?.mock}`);
}
