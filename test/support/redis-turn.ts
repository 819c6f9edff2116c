/**
 * What a service with a real Redis behind it is asked and answers, so that every driver and language is asked for the same: it
 * listens on 127.0.0.1:$PORT, connects to $REDIS_URL with a pool of $POOL_SIZE connections in RESP's version $PROTOCOL, and
 * $CHANGE says in which way it differs from the program that was recorded. All the time it listens to the channel `news`
 * and takes jobs from the list `jobs`.
 */
import { expect } from "bun:test";
import type { Folder } from "./folder.ts";
import { type RedisServer, type RedisTls, startRedis } from "./redis-server.ts";
import { answered, expectCaughtIn, expectNoFailure, ok, type RecordedService, recordTurn } from "./service-turn.ts";

const times = (count: number, path: string): readonly string[] => Array.from({ length: count }, () => path);

/** How large the one large value is: 50 MB unless told. */
const megabytes = Number(process.env["TEST_RESULT_MB"] ?? "50");

/** What is asked one after another; answers are JSON, refusals of the server too, with `error`. */
export const paths: readonly string[] = [
  // The nine fields of a hash; 404 where there is none.
  ...[1, 7, 7, 999].map((id) => `/items/${id}`),
  // INCR: {"n": 1}, {"n": 2}, {"n": 3}.
  ...times(3, "/visits"),
  "/failure",
  "/types",
  "/binary",
  // 1,000 commands and their replies in one go.
  "/pipeline/500",
  ...["/transaction/5", "/transaction/5", "/watch/1", "/watch/2"],
  // EVALSHA, which is unknown the first time, and EVAL then.
  ...["/script/2", "/script/2"],
  "/database/4",
  // SUBSCRIBE, PUBLISH from another connection, the message.
  ...["/publish/hello", "/publish/again"],
  // A job for who has waited since start-up, and a message for who has subscribed then.
  ...["/work/1", "/work/2", "/heard/one", "/heard/two"],
  "/big",
  "/visits",
];

/** Asked at once, each of keys of its own. */
export const concurrent: readonly string[] = Array.from({ length: 50 }, (_, n) => `/slow/${n}`);

export interface TurnOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly tls?: RedisTls | null;
  /** Instead of the listed ones. */
  readonly paths?: readonly string[];
  readonly concurrent?: readonly string[];
  /** Where the app finds the server. */
  readonly urlOf?: (server: RedisServer) => string;
  /** Instead of a server of its own. */
  readonly server?: RedisServer;
  /** Called before the nth of the paths that are asked one after another. */
  readonly before?: (n: number) => void;
}

/** Records the service against a server of its own, which is gone when this returns. */
export async function recordedService(
  folder: Folder,
  command: string,
  options: TurnOptions = {},
): Promise<RecordedService> {
  await using server = options.server ?? (await startRedis({ tls: options.tls ?? null }));
  fill(server);
  const url = options.urlOf?.(server) ?? server.url;
  return await recordTurn(folder, {
    command,
    env: { REDIS_URL: url, POOL_SIZE: "5", ...options.env },
    paths: options.paths ?? paths,
    concurrent: options.concurrent ?? concurrent,
    before: options.before,
  });
}

function fill(server: RedisServer): void {
  for (const id of ["1", "7", "8"]) server.ask("HSET", `item:${id}`, "name", `item ${id}`, "price", `${id}.50`);
  server.ask("SETRANGE", "big", String(megabytes * 1024 * 1024 - 1), "x");
}

/** That the recording holds what was asked for, whatever the driver. */
export function expectSound(service: RecordedService): void {
  const item = { id: 7, name: "item 7", price: "7.50" };
  expect(answered(service)).toMatchObject({
    "/items/7": ok(item, item),
    "/items/999": [[404, { missing: 999 }]],
    "/visits": ok({ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }),
    "/failure": ok({ error: expect.stringContaining("not an integer") }),
    "/binary": ok({ hex: Buffer.from(Uint8Array.from({ length: 256 }, (_, n) => n)).toString("hex") }),
    "/pipeline/500": ok({ count: 1000, sum: (499 * 500) / 2 }),
    "/transaction/5": ok({ results: [5, 1] }, { results: [10, 2] }),
    "/watch/2": ok({ before: null, done: true }),
    "/script/2": ok({ value: 2 }, { value: 4 }),
    "/database/4": ok({ value: "4" }),
    "/publish/again": ok({ message: "again" }),
    "/work/2": ok({ result: "4" }),
    "/heard/two": ok({ message: "two" }),
    "/big": ok({ length: megabytes * 1024 * 1024 }),
    "/slow/49": ok({ value: "49", count: 1 }),
  });
  expectNoFailure(service);
}

/** That a program which asks something else is caught, and the nearest mock and the differing words named. */
export const expectCaught = (service: RecordedService, differs: Readonly<Record<string, unknown>>): Promise<void> =>
  expectCaughtIn("get-items-by-id-2", service, differs);
