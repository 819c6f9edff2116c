/**
 * What a service with a real MariaDB behind it is asked and answers, so that every driver and language is asked for the same:
 * it listens on 127.0.0.1:$PORT and $CHANGE says in which way it differs from the program that was recorded.
 */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Folder } from "./folder.ts";
import { type MariaDbServer, type MariaDbTls, startMariaDb } from "./mariadb-server.ts";
import { startMysqlFront } from "./mysql-front.ts";
import { selfSigned } from "./self-signed.ts";
import { answered, expectCaughtIn, expectNoFailure, ok, type RecordedService, recordTurn } from "./service-turn.ts";

/** What is asked one after another; answers are JSON, refusals of the server too, with `code`. */
export const paths: readonly string[] = [
  ...[1, 2, 7, 7, 999].map((id) => `/items/${id}`),
  ...["/visits", "/visits", "/visits", "/types", "/types-text", "/echo", "/insert/tea", "/insert/cup", "/failure"],
  ...["/call/3", "/load", "/load", "/visits"],
];

/** Asked at once. */
export const concurrent: readonly string[] = Array.from({ length: 50 }, (_, n) => `/slow/${n}`);

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
  await using server = await serverFor(folder, options);
  return await recordTurn(folder, {
    command: options.command,
    env: { POOL_SIZE: "5", MYSQL_ROWS: rows, ...options.env(server) },
    paths: [...(options.paths ?? paths), ...(options.extra ?? [])],
    concurrent: options.concurrent ?? concurrent,
  });
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
export function expectSound(service: RecordedService): void {
  expect(service.warnings).toEqual([]);
  const item = expect.objectContaining({ id: 7, name: "item 7" });
  expect(answered(service)).toMatchObject({
    "/items/7": ok(item, item),
    "/items/999": [[404, {}]],
    "/visits": ok(...[1, 2, 3, 4].map((n) => ({ n }))),
    "/failure": ok({ code: 1146 }),
    "/call/3": ok(expect.not.objectContaining({ code: expect.anything() })),
  });
  expectNoFailure(service);
  // What a server that waits for nobody on a starved machine refused says nothing about replay.
  const isRefused = ([, body]: readonly [number, string]): boolean => body.includes('"code"');
  expect([...service.answers].filter(([path, all]) => path.startsWith("/slow/") && all.some(isRefused))).toEqual([]);
}

/** That a program which asks something else is caught, and the nearest mock and the differing fields named. */
export const expectCaught = (service: RecordedService, differs: Readonly<Record<string, unknown>>): Promise<void> =>
  expectCaughtIn("get-items-by-id-3", service, differs);
