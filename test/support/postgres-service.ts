/**
 * The service that `test/apps/pg-*` writes in several languages and drivers: what its database holds, what it is asked,
 * and the whole turn: recorded with a real PostgreSQL over TCP, replayed with the server stopped.
 *
 * A service reads PORT, DATABASE_URL, POOL_SIZE (most connections) and CHANGE (what a changed program does otherwise).
 * It answers JSON. How it shows a value is its own affair; that it shows it the same at replay is what tests look at.
 */
import { expect } from "bun:test";
import { Client } from "pg";
import type { Folder } from "./folder.ts";
import { startPostgres } from "./postgres-server.ts";
import { freePort } from "./recorded.ts";
import { type AppUnderTest, recorded, type Tested, tested } from "./reprise.ts";

/** One request and the status that it must get. */
export interface Ask {
  readonly path: string;
  readonly method?: "GET" | "POST";
  readonly body?: unknown;
  readonly status?: number;
}

/** What the database holds before the recording. */
export const schema = `
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, email text UNIQUE, score numeric(12,4), tags text[]);
INSERT INTO users (name, email, score, tags)
  SELECT 'user ' || i, 'user' || i || '@shop.test', i * 1.25, ARRAY['tag ' || i, NULL, 'a "quoted", one']
  FROM generate_series(1, 50) i;
CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, stock int NOT NULL CHECK (stock >= 0), price numeric(10,2));
INSERT INTO products VALUES (1, 'tea', 5, 3.50), (2, 'cup', 2, 12.00);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, product_id int NOT NULL REFERENCES products,
  quantity int NOT NULL, placed_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE counters (name text PRIMARY KEY, value bigint NOT NULL);
INSERT INTO counters VALUES ('visits', 0);
CREATE SEQUENCE tickets START 100;
CREATE TABLE imported (id int, label text, amount numeric, at timestamptz);
CREATE TABLE kinds (id int PRIMARY KEY, b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric, t text,
  vc varchar(20), by bytea, d date, ti time, ts timestamp, tz timestamptz, iv interval, u uuid, j json, jb jsonb,
  ia int4[], ta text[], na numeric[]);
INSERT INTO kinds VALUES
  (1, true, -7, 42, 9007199254740993, 1.5, 0.1, 12345.678900, 'plain', 'short', '\\x00ff10', '2024-02-29', '13:14:15.5',
   '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56.789012+02', '1 year 2 mons 3 days 04:05:06.789',
   '3f2504e0-4f89-41d3-9a0c-0305e82c3301', '{"a": [1, 2.50, null],  "b": "x"}', '{"k": {"n": 1e3}, "big": 12345678901234567890}',
   '{1,2,NULL}', '{"a b","c,d",NULL,"e\\"f"}', '{1.10,NaN}'),
  (2, false, 32767, -2147483648, -9223372036854775808, '-Infinity', 'NaN', 'NaN', E'lines\\n\\tand \\u00e9\\u4e2d\\U0001F600', '',
   decode(repeat('000102fdfeff', 300), 'hex'), '0001-01-01', '00:00:00', '1970-01-01 00:00:00', '1999-12-31 23:59:59.999999-08',
   '-00:00:01', '00000000-0000-0000-0000-000000000000', 'null', '[]', '{}', '{}', '{}'),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, true, 0, 0, 0, -0.0, 1e300, 0.00000000000000000000000000000000000000012345678901234567890, 'null', 'NULL', '', '9999-12-31',
   '23:59:59.999999', '9999-12-31 23:59:59', '2038-01-19 03:14:08+00', '100 years', 'ffffffff-ffff-ffff-ffff-ffffffffffff',
   '"text"', '{"deep": {"er": {"est": [[[]]]}}}', '{2147483647}', '{""}', '{123456789012345678901234567890.000000001}');
`;

const post = (path: string, body: unknown, status = 200): Ask => ({ path, method: "POST", body, status });

/** What every service is asked, in this order. */
export const requests: readonly Ask[] = [
  // A prepared statement with one parameter; 404 where there is no such row.
  { path: "/users/7" },
  { path: "/users/8" },
  { path: "/users/999", status: 404 },
  // WHERE id = ANY($1), the array as the driver sends it.
  { path: "/users?ids=1,2,3" },
  { path: "/users?ids=3,4" },
  // SELECT * FROM kinds ORDER BY id: every column of every row, shown as text exactly.
  { path: "/kinds" },
  // INSERT INTO kinds … RETURNING *, every value bound by the driver: id 10, and NULLs for 11.
  post("/kinds/10", {}),
  post("/kinds/11", { nulls: true }),
  // Transactions: INSERT … RETURNING id, placed_at and UPDATE stock; the third lacks stock, which CHECK refuses: ROLLBACK.
  post("/orders", { user: 7, product: 1, quantity: 2 }),
  post("/orders", { user: 7, product: 1, quantity: 3 }),
  post("/orders", { user: 7, product: 1, quantity: 1 }, 409),
  post("/orders", { user: 8, product: 2, quantity: 1 }),
  // INSERT … RETURNING id; 409 and the SQLSTATE where the address is taken.
  post("/users", { name: "Zoë", email: "zoe@shop.test" }),
  post("/users", { name: "Zoë again", email: "zoe@shop.test" }, 409),
  // A syntax error, shown with its SQLSTATE.
  { path: "/broken", status: 500 },
  // BEGIN, an insert, a division by zero, a query that is refused by 25P02, ROLLBACK, the count after it.
  { path: "/broken-transaction" },
  // UPDATE counters … RETURNING value, three times the same question.
  { path: "/visits" },
  { path: "/visits" },
  { path: "/visits" },
  // SELECT nextval('tickets'), clock_timestamp().
  { path: "/ticket" },
  { path: "/ticket" },
  { path: "/ticket" },
  // Several queries in one go, where the driver can: name and score by id, one statement each.
  { path: "/batch?ids=1,2,3,4,5" },
  { path: "/batch?ids=5,4" },
  // COPY imported FROM STDIN of so many rows made up from the seed, then count(*) and sum(amount) of the table.
  post("/import", { rows: 1000, seed: 1 }),
  post("/import", { rows: 10, seed: 2 }),
  // COPY (SELECT … ORDER BY …) TO STDOUT: length and SHA-256 of what came.
  { path: "/export" },
  // A cursor (DECLARE … FETCH 7, or the driver's own portal with a limit): the ids by page.
  { path: "/pages" },
  // LISTEN, NOTIFY with this payload, what arrived.
  { path: "/notify?say=hello" },
  // WHERE jsonb @> $1: a document as a parameter.
  post("/find", { k: { n: 1000 } }),
  // The rows of SELECT repeat(md5(i::text), 32) FROM generate_series(1, $1 * 1024) i: their bytes counted and hashed.
  { path: "/bulk?mb=1" },
  { path: "/bulk?mb=2" },
];

/** Questions that take a while, each its own: what 20 clients ask at the same time (pg_sleep in the query). */
export const concurrent: readonly Ask[] = Array.from({ length: 20 }, (_, i) => ({ path: `/slow?id=${i + 1}` }));

/** A request with what came back. */
export interface Answer {
  readonly ask: Ask;
  readonly status: number;
  readonly body: string;
}

/** How a service is started: its command and what its environment holds beside PORT and DATABASE_URL. */
export interface Service {
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A recording of a service whose PostgreSQL server is gone. */
export interface ServiceRecording {
  readonly answers: readonly Answer[];
  /** The service on the same port and with the same address of its database, changed by this environment. */
  app(env?: Readonly<Record<string, string>>): AppUnderTest;
  readonly path: string;
}

/** Asks one after the other. */
export async function askAll(port: number, asks: readonly Ask[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const ask of asks) answers.push(await askOne(port, ask));
  return answers;
}

/** Asks one, on whatever connection there is. */
export async function askOne(port: number, ask: Ask): Promise<Answer> {
  const body = ask.body === undefined ? null : JSON.stringify(ask.body);
  const headers = body === null ? {} : { "content-type": "application/json" };
  const response = await fetch(`http://127.0.0.1:${port}${ask.path}`, { method: ask.method ?? "GET", body, headers });
  return { ask, status: response.status, body: await response.text() };
}

/** Records what `use` asks, its PostgreSQL being there only as long; the statuses of the answers are looked at. */
export async function recordService(
  folder: Folder,
  service: Service,
  use: (port: number, databaseUrl: string) => Promise<readonly Answer[]>,
): Promise<ServiceRecording> {
  const port = freePort();
  await using server = await startPostgres();
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(schema);
  await client.end();
  const app = (env: Readonly<Record<string, string>> = {}) => ({
    command: service.command,
    env: { ...service.env, PORT: String(port), DATABASE_URL: server.url, ...env },
  });
  let answers: readonly Answer[] = [];
  await recorded(folder.path, app(), async () => {
    answers = await use(port, server.url);
  });
  for (const { ask, status, body } of answers) expect([ask.path, status, body]).toEqual([ask.path, ask.status ?? 200, body]); // prettier-ignore
  return { answers, app, path: folder.path };
}

/** Replays a recording and expects every test of it green, nothing missed, and no answer without a mock. */
export async function replayGreen(
  { answers, app, path }: ServiceRecording,
  env: Readonly<Record<string, string>> = {},
): Promise<Tested> {
  const ended = await tested(path, app(env));
  const failures = ended.report.testSets.flatMap((set) => set.tests.filter(({ status }) => status !== "passed"));
  expect({ failures, said: failures.length > 0 ? ended.stdout : "" }).toEqual({ failures: [], said: "" });
  expect([ended.code, ended.report.totals.tests, ended.report.mocks.missed]).toEqual([0, answers.length, 0]);
  return ended;
}
