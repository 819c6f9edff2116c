/** A Node service with MongoDB behind it, by its own driver: recorded with the server up, replayed with it stopped. */
import { afterAll, beforeAll, expect } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { startMongodb } from "../support/mongodb-server.ts";
import { freePort } from "../support/recorded.ts";
import { recorded, type Tested, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const ITEMS = 12;
const CONCURRENT = 50;

const folder = new Folder();
const port = freePort();
const answers: string[] = [];
let url = "";
let count = 0;

const app = (env: Readonly<Record<string, string>> = {}) => ({
  command: `exec node ${join(apps, "mongodb-node/service.mjs")}`,
  env: { PORT: String(port), MONGODB_URL: url, ...env },
});

const ask = async (path: string, body?: unknown): Promise<void> => {
  count++;
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, sent);
  answers.push(`${path} ${response.status} ${await response.text()}`);
};

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  await using server = await startMongodb();
  url = server.url;
  await recorded(folder.path, app(), async () => {
    for (let n = 0; n < ITEMS; n++) await ask("/items", { n, name: `item ${n}` });
    for (const path of ["/items/3", "/items/999", "/all", "/visits", "/visits", "/visits", "/failure"]) await ask(path);
    await Promise.all(Array.from({ length: CONCURRENT }, (_, n) => ask(`/items/${n % ITEMS}`)));
  });
}, 300_000);

afterAll(() => folder[Symbol.dispose]());

const expectGreen = ({ code, report }: Tested): void => {
  const failed = report.testSets.flatMap(({ tests }) => tests.filter(({ status }) => status !== "passed"));
  expect({ failed, missed: report.mocks.missed, passed: report.totals.passed, code }).toEqual({ failed: [], missed: 0, passed: count, code: 0 }); // prettier-ignore
};

rootTest("records what its clients saw", () => {
  const item = { n: 0, name: "item 0", sold: "9007199254740993", at: "1970-01-01T00:00:00.000Z", parts: [{ n: 1.5 }], isFound: true }; // prettier-ignore
  expect(answers[0]).toBe(`/items 200 ${JSON.stringify(item)}`);
  expect(answers.slice(ITEMS, ITEMS + 6)).toEqual([
    '/items/3 200 "item 3"',
    "/items/999 200 null",
    `/all 200 [${Array.from({ length: ITEMS }, (_, n) => n).join()}]`,
    "/visits 200 1",
    "/visits 200 2",
    "/visits 200 3",
  ]);
  expect(answers[ITEMS + 6]).toStartWith("/failure 409 ");
});

rootTest("replays green", async () => expectGreen(await tested(folder.path, app())), 60_000);

rootTest("replays green by a pool of one", async () => expectGreen(await tested(folder.path, app({ POOL_SIZE: "1" }))), 60_000); // prettier-ignore

rootTest(
  "replays one test alone, by a program that has just started",
  async () => {
    const { code, report } = await tested(folder.path, app(), ["--test-case", "get-visits-3"]);
    expect([code, report.totals.passed]).toEqual([0, 1]);
  },
  60_000,
);

rootTest(
  "a changed filter is caught, with the nearest mock and what differs",
  async () => {
    const { code, report } = await tested(folder.path, app({ CHANGE: "filter" }), ["--test-case", "get-items-by-id-2"]);
    const missed = report.testSets.flatMap(({ tests }) => tests.flatMap((test) => test.missed));
    expect([code, missed.map(({ asked, nearest }) => [asked, nearest?.differs])]).toEqual([
      1,
      [['find shop.items {"filter":{"n":1000},"limit":1,"singleBatch":true}', ["filter.n: 999 -> 1000"]]],
    ]);
  },
  60_000,
);
