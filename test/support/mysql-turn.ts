/**
 * The whole turn of a service with a real MariaDB behind it, by the compiled binary: recorded with the server up, replayed
 * with it stopped, and replayed again by a program that changed.
 *
 * What such a service answers is listed here, so that every driver and language is asked for the same: it listens on
 * 127.0.0.1:$PORT and $CHANGE says in which way it differs from the program that was recorded.
 */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestResult } from "../../src/core/run-result.ts";
import type { Folder } from "./folder.ts";
import { type MariaDbServer, type MariaDbTls, startMariaDb } from "./mariadb-server.ts";
import { startMysqlFront } from "./mysql-front.ts";
import { freePort } from "./recorded.ts";
import { type AppUnderTest, recorded, type Tested, tested } from "./reprise.ts";
import { selfSigned } from "./self-signed.ts";

/** What is asked one after another; answers are JSON, refusals of the server too, with `code`. */
export const paths: readonly string[] = [
  ...[1, 2, 7, 7, 999].map((id) => `/items/${id}`),
  ...["/visits", "/visits", "/visits", "/types", "/types-text", "/echo", "/insert/tea", "/insert/cup", "/failure"],
  ...["/call/3", "/load", "/load", "/visits"],
];

/** Asked at once. */
export const concurrent: readonly string[] = Array.from({ length: 50 }, (_, n) => `/slow/${n}`);

/** A service that was recorded, its server gone. */
export interface RecordedService {
  /** What it answered while it was recorded: `/visits` -> [[200, {…}], …]. */
  readonly answers: ReadonlyMap<string, readonly (readonly [status: number, body: unknown])[]>;
  readonly count: number;
  /** What could not be read. */
  readonly warnings: readonly string[];
  /** Replays it, with this change of the program or this environment. */
  replay(env?: Readonly<Record<string, string>>, words?: readonly string[]): Promise<Tested>;
}

export interface TurnOptions {
  readonly command: string;
  readonly env: (server: Pick<MariaDbServer, "port">) => Readonly<Record<string, string>>;
  /** Whether the server takes TLS, under a certificate that it has signed itself. */
  readonly isTls?: boolean;
  /** By which plug-in a MySQL 8 lets in; none is MariaDB itself. */
  readonly plugin?: string;
  /** Instead of a MariaDB: gone when `recordedService` returns. */
  readonly server?: (tls: MariaDbTls) => Promise<AsyncDisposable & { readonly port: number }>;
  /** Besides the listed ones. */
  readonly extra?: readonly string[];
  /** Instead of the listed ones. */
  readonly paths?: readonly string[];
  readonly concurrent?: readonly string[];
}

/** Records the service against a server of its own, which is gone when this returns. */
export async function recordedService(folder: Folder, options: TurnOptions): Promise<RecordedService> {
  const port = freePort();
  const asked = [...(options.paths ?? paths), ...(options.extra ?? [])];
  const atOnce = options.concurrent ?? concurrent;
  const answers = new Map<string, (readonly [number, unknown])[]>();
  const ask = async (path: string): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    answers.set(path, [...(answers.get(path) ?? []), [response.status, await response.json()]]);
  };
  await using server = await serverFor(folder, options);
  const own = options.env(server);
  const app = (env: Readonly<Record<string, string>>): AppUnderTest => ({
    command: options.command,
    env: { PORT: String(port), POOL_SIZE: "5", MYSQL_ROWS: rows, ...own, ...env },
  });
  const { stdout, stderr } = await recorded(folder.path, app({}), async () => {
    for (const path of asked) await ask(path);
    await Promise.all(atOnce.map(ask));
  });
  return {
    answers,
    warnings: `${stdout}\n${stderr}`.split("\n").filter((line) => line.trimStart().startsWith("warning:")),
    count: asked.length + atOnce.length,
    replay: async (env = {}, words = []) => await tested(folder.path, app(env), words),
  };
}

/** What stands behind the service. */
async function serverFor(
  folder: Folder,
  { isTls, plugin, server }: TurnOptions,
): Promise<AsyncDisposable & { readonly port: number }> {
  const tls = isTls === true || server !== undefined ? pemOf(selfSigned(folder, "rsa")) : null;
  if (server !== undefined && tls !== null) return await server(tls);
  if (plugin === undefined) return await startMariaDb(tls, schema);
  await using held = new AsyncDisposableStack();
  const behind = held.use(await startMariaDb(null, schema));
  const { port } = held.use(await startMysqlFront(behind.port, plugin, tls));
  const all = held.move();
  return { port, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const pemOf = ({ certificate, key }: { certificate: string; key: string }): MariaDbTls => ({
  certificate: readFileSync(certificate, "utf8"),
  key: readFileSync(key, "utf8"),
});

const rows = join(import.meta.dir, "../apps/mysql-rows.csv");
const schema = (await Bun.file(`${import.meta.dir}/../apps/mysql-schema.sql`).text()).trim();

/** That the recording holds what was asked for, whatever the driver. */
export function expectSound({ answers, warnings }: RecordedService): void {
  expect(warnings).toEqual([]);
  const seen = Object.fromEntries(answers);
  const item = [200, expect.objectContaining({ id: 7, name: "item 7" })];
  expect(seen).toMatchObject({
    "/items/7": [item, item],
    "/items/999": [[404, {}]],
    "/visits": [1, 2, 3, 4].map((n) => [200, { n }]),
    "/failure": [[200, { code: 1146 }]],
    "/call/3": [[200, expect.not.objectContaining({ code: expect.anything() })]],
  });
  expect([...answers].flatMap(([path, all]) => all.filter(([status]) => status >= 500).map((each) => [path, each]))).toEqual([]); // prettier-ignore
}

/** That every test is green and no call was missed. */
export function expectGreen({ code, report }: Tested, count: number): void {
  const failed = report.testSets.flatMap(({ tests }) => tests.filter(({ status }) => status !== "passed"));
  const missed = report.testSets.flatMap((set) => set.missed);
  expect({ failed, missed, passed: report.totals.passed, code }).toEqual({ failed: [], missed: [], passed: count, code: 0 }); // prettier-ignore
}

/** That a program which asks something else is caught, and the nearest mock and the differing fields named. */
export async function expectCaught(
  { replay }: RecordedService,
  differs: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const [change, wanted] of Object.entries(differs)) {
    const { code, report, stdout } = await replay({ CHANGE: change }, ["--test-case", "get-items-by-id-3"]);
    const test = report.testSets[0]?.tests[0] as TestResult;
    const { asked = "?", nearest } = test.missed[0] ?? {};
    expect([code, test.status, nearest?.mock, nearest?.differs]).toEqual([1, "failed", expect.stringMatching(/^mock-\d+$/), wanted] as never); // prettier-ignore
    expect(stdout).toContain(asked);
  }
}
