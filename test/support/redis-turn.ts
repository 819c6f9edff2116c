/**
 * The whole turn of a service with a real Redis behind it, by the compiled binary: recorded with the server up, replayed
 * with it stopped, and replayed again by a program that changed.
 *
 * What such a service answers is listed here, so that every driver and language is asked for the same: it listens on
 * 127.0.0.1:$PORT, connects to $REDIS_URL with a pool of $POOL_SIZE connections in RESP's version $PROTOCOL, and $CHANGE
 * says in which way it differs from the program that was recorded. All the time it listens to the channel `news` and
 * takes jobs from the list `jobs`.
 */
import { expect } from "bun:test";
import type { TestResult } from "../../src/core/run-result.ts";
import type { Folder } from "./folder.ts";
import { freePort } from "./recorded.ts";
import { type RedisServer, type RedisTls, startRedis } from "./redis-server.ts";
import { type AppUnderTest, recorded, type Tested, tested } from "./reprise.ts";

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

/** A service that was recorded, its server gone. */
export interface RecordedService {
  readonly folder: Folder;
  /** What it answered while it was recorded: `/visits` -> [[200, "{…}"], …]. */
  readonly answers: ReadonlyMap<string, readonly (readonly [status: number, body: string])[]>;
  readonly count: number;
  /** Replays it, with this change of the program or this environment. */
  replay(env?: Readonly<Record<string, string>>, words?: readonly string[]): Promise<Tested>;
}

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
  // prettier-ignore
  const asked = options.paths ?? paths;
  const atOnce = options.concurrent ?? concurrent;
  const port = freePort();
  const answers = new Map<string, (readonly [number, string])[]>();
  const ask = async (path: string): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    answers.set(path, [...(answers.get(path) ?? []), [response.status, await response.text()]]);
  };
  await using server = options.server ?? (await startRedis({ tls: options.tls ?? null }));
  fill(server);
  const url = options.urlOf?.(server) ?? server.url;
  const app = (env: Readonly<Record<string, string>>): AppUnderTest => ({
    command,
    env: { PORT: String(port), REDIS_URL: url, POOL_SIZE: "5", ...options.env, ...env },
  });
  await recorded(folder.path, app({}), async () => {
    for (const [n, path] of asked.entries()) {
      options.before?.(n);
      await ask(path);
    }
    await Promise.all(atOnce.map(ask));
  });
  return {
    folder,
    answers,
    count: asked.length + atOnce.length,
    replay: async (env = {}, words = []) => await tested(folder.path, app(env), words),
  };
}

function fill(server: RedisServer): void {
  for (const id of ["1", "7", "8"]) server.ask("HSET", `item:${id}`, "name", `item ${id}`, "price", `${id}.50`);
  server.ask("SETRANGE", "big", String(megabytes * 1024 * 1024 - 1), "x");
}

/** That the recording holds what was asked for, whatever the driver. */
export function expectSound({ answers }: RecordedService): void {
  const all = (path: string) => (answers.get(path) ?? []).map(([status, body]) => [status, JSON.parse(body)]);
  const ok = (...bodies: readonly unknown[]) => bodies.map((body) => [200, body]);
  const seen = Object.fromEntries([...answers.keys()].map((path) => [path, all(path)]));
  const item = { id: 7, name: "item 7", price: "7.50" };
  expect(seen).toMatchObject({
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
  expect([...answers].flatMap(([path, each]) => each.filter(([status]) => status >= 500).map(([, body]) => `${path}: ${body}`))).toEqual([]); // prettier-ignore
}

/** That every test is green and no call was missed. */
export function expectGreen({ code, report }: Tested, count: number): void {
  const failed = report.testSets.flatMap(({ tests }) => tests.filter(({ status }) => status !== "passed"));
  const missed = report.testSets.flatMap((set) => set.missed);
  expect({ failed, missed, passed: report.totals.passed, code }).toEqual({ failed: [], missed: [], passed: count, code: 0 }); // prettier-ignore
}

/** That a program which asks something else is caught, and the nearest mock and the differing words named. */
export async function expectCaught(
  { replay }: RecordedService,
  differs: Readonly<Record<string, unknown>>,
): Promise<void> {
  // prettier-ignore
  for (const [change, wanted] of Object.entries(differs)) {
    const { code, report, stdout } = await replay({ CHANGE: change }, ["--test-case", "get-items-by-id-2"]);
    const test = report.testSets[0]?.tests[0] as TestResult;
    const { asked = "?", nearest } = test.missed[0] ?? {};
    expect([code, test.status, nearest?.mock, nearest?.differs]).toEqual([1, "failed", expect.stringMatching(/^mock-\d+$/), wanted] as never); // prettier-ignore
    expect(stdout).toContain(asked);
    expect(stdout).toContain(`nearest is ${nearest?.mock}`);
  }
}
