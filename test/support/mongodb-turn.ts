/**
 * What a service with a real MongoDB server behind it is asked and answers, so that every driver and language is asked for
 * the same: it listens on 127.0.0.1:$PORT, connects to $MONGODB_URL with a pool of $POOL_SIZE connections, trusts
 * $MONGODB_ROOT where that is set, and $CHANGE says in which way it differs from the program that was recorded.
 */
import { expect } from "bun:test";
import { MongoClient, type MongoClientOptions } from "mongodb";
import type { Folder } from "./folder.ts";
import { type MongodbServer, startMongodb } from "./mongodb-server.ts";
import { answered, expectCaughtIn, expectNoFailure, ok, type RecordedService, recordTurn } from "./service-turn.ts";

const times = (count: number, path: string): readonly string[] => Array.from({ length: count }, () => path);
export const ITEMS = 40;

/** What is asked one after another; answers are JSON, refusals of the server too, with `code`. */
export const paths: readonly string[] = [
  // {id, name, price}; 404 where there is none.
  ...[1, 7, 7, 999].map((id) => `/items/${id}`),
  // A document of every type, written and read again.
  "/types",
  // findAndModify: {"n": 1}, {"n": 2}, {"n": 3}.
  ...times(3, "/visits"),
  // One that the driver gives an id is written, found by it, changed, pointed at from elsewhere, deleted.
  ...["/add/tea", "/add/tea", "/add/cup"],
  // So many at once, read again by a cursor.
  ...["/many/25", "/many/25"],
  // All items by a cursor, so many at a time; and only the first three of a cursor that is then closed.
  ...["/stream/7", "/stream/16", "/early"],
  ...["/update/5", "/update/5", "/totals", "/kinds", "/failure"],
  // 4 MB.
  "/big",
  "/visits",
];

/** What only members of a replica set can do. */
export const replicaPaths: readonly string[] = [
  ...["/transaction/5", "/transaction/5", "/abort/7", "/transaction/1"],
  // A write that fails once by a member that steps down, and once by a lost connection; the driver tries again.
  ...["/retry/1", "/retry/2"],
  // What who watches is told of a write.
  ...["/changes/one", "/changes/two"],
];

/** Asked at once, each of documents of its own. */
export const concurrent: readonly string[] = Array.from({ length: 50 }, (_, n) => `/slow/${n}`);

export interface TurnOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly paths?: readonly string[];
  readonly concurrent?: readonly string[];
  /** Instead of a server of its own. */
  readonly server?: MongodbServer;
  /** Where the app finds the server; `MONGODB_URL` of `env` goes before it. */
  readonly urlOf?: (url: string) => string;
  /** For the client of this process that fills it. */
  readonly client?: MongoClientOptions;
}

/** Records the service against a server that is gone when this returns. */
export async function recordedService(
  folder: Folder,
  command: string,
  options: TurnOptions = {},
): Promise<RecordedService> {
  await using server = options.server ?? (await startMongodb());
  await fill(server.url, options.client);
  const url = options.urlOf?.(server.url) ?? server.url;
  return await recordTurn(folder, {
    command,
    env: { MONGODB_URL: url, POOL_SIZE: "5", ...options.env },
    paths: options.paths ?? paths,
    concurrent: options.concurrent ?? concurrent,
  });
}

async function fill(url: string, options: MongoClientOptions = {}): Promise<void> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 20_000, ...options });
  try {
    const database = client.db("shop");
    const items = Array.from({ length: ITEMS }, (_, at) => at + 1);
    await database.collection("items").insertMany(items.map((n) => ({ n, name: `item ${n}`, price: n + 0.5, kind: `kind ${n % 3}` }))); // prettier-ignore
    await database.collection("big").insertOne({ _id: "big" as never, bytes: Buffer.alloc(4 << 20, "x") });
    await database.collection("account").insertMany([1, 2].map((n) => ({ n, amount: 100 })));
  } finally {
    await client.close();
  }
}

/** That the recording holds what was asked for, whatever the driver. */
export function expectSound(service: RecordedService): void {
  const seen = answered(service);
  const item = { id: 7, name: "item 7", price: 7.5 };
  const added = (name: string) => ({ name, count: 1, reviews: 1, deleted: 1 });
  const wanted: Record<string, unknown> = {
    "/items/7": ok(item, item),
    "/items/999": [[404, { missing: 999 }]],
    "/visits": ok({ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }),
    "/types": ok({ same: true, long: "9007199254740993", at: "2026-01-02T03:04:05.678Z", bytes: "00ff10" }),
    "/add/tea": ok(added("tea"), added("tea")),
    "/many/25": ok({ inserted: 25, sum: 300 }, { inserted: 25, sum: 300 }),
    "/stream/7": ok({ count: ITEMS, sum: (ITEMS * (ITEMS + 1)) / 2 }),
    "/early": ok({ seen: [1, 2, 3] }),
    "/update/5": ok({ matched: 1, price: 6.5 }, { matched: 1, price: 7.5 }),
    "/kinds": ok(["kind 0", "kind 1", "kind 2"]),
    "/failure": ok({ code: 11000 }),
    "/big": ok({ length: 4 << 20 }),
    "/slow/49": ok({ value: 49, count: 1 }),
    "/transaction/5": ok({ amounts: [95, 105] }, { amounts: [90, 110] }),
    "/abort/7": ok({ amounts: [90, 110] }),
    "/transaction/1": ok({ amounts: [89, 111] }),
    "/retry/2": ok({ inserted: true }),
    "/changes/two": ok({ seen: "two" }),
  };
  expect(seen).toMatchObject(Object.fromEntries(Object.entries(wanted).filter(([path]) => path in seen)) as never);
  expectNoFailure(service);
}

/** That a program which asks something else is caught, and the nearest mock and the differing fields named. */
export const expectCaught = (service: RecordedService): Promise<void> =>
  expectCaughtIn("get-items-by-id-2", service, { "another id": ["filter.n: 7 -> 8"] });

/** That a program which writes something else is caught by the field that it writes. */
export async function expectWriteCaught({ replay }: RecordedService): Promise<void> {
  const { code, report } = await replay({ CHANGE: "another field" }, ["--test-case", "get-add-tea-1"]);
  const [test] = report.testSets[0]?.tests ?? [];
  expect([code, test?.status, test?.missed[0]?.nearest?.differs]).toEqual([1, "failed", ["documents[0].made: (absent) -> true"]] as never); // prettier-ignore
}
