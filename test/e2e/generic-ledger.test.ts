/**
 * A made-up protocol in which the server speaks first, with frames in bytes, over a pool of connections: recorded with the
 * server up, replayed without it by services in two languages.
 */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { join } from "node:path";
import { apps, goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { recorded, type Tested, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const inTurn = [
  ...["/get/item:7", "/get/item:8", "/get/nothing", "/put/mine", "/count/a", "/count/a", "/count/a"],
  ...["/range/item:1", "/pipeline/5", "/overlap/item:2", "/split/item:9", "/half/over", "/half/again"],
  ...["/publish/one", "/publish/two", "/count/a"],
];
const atOnce = Array.from({ length: 20 }, (_, n) => `/put/key:${n}`);

const MOST_MS = 30_000;

interface Ledger extends AsyncDisposable {
  readonly port: string;
}

const startLedger = async (): Promise<Ledger> => {
  const server = Bun.spawn(["python3", join(apps, "ledger/server.py")], { stdin: "pipe", stdout: "pipe" });
  const reader = server.stdout.getReader();
  const { value } = await reader.read();
  const stop = async (): Promise<void> => {
    server.kill("SIGKILL");
    await server.exited;
  };
  return {
    port: Buffer.from(value ?? [])
      .toString()
      .trim(),
    [Symbol.asyncDispose]: stop,
  };
};

const commands = {
  Python: () => `exec python3 ${join(apps, "ledger/service.py")}`,
  Go: () => `exec ${goProgram("ledger/go")}`,
};

const expectGreen = ({ code, report, stdout, stderr }: Tested): void => {
  if (code === 4) throw new Error(`${stdout}${stderr}`);
  const failed = report.testSets.flatMap(({ tests }) => tests.filter(({ status }) => status !== "passed"));
  const missed = report.testSets.flatMap((set) => set.missed);
  const { passed } = report.totals;
  expect({ failed, missed, passed, code }).toEqual({ failed: [], missed: [], passed: inTurn.length + atOnce.length, code: 0 }); // prettier-ignore
  expect(stdout).not.toContain("fuzzy");
};

describe.each(["Python", "Go"] as const)("a service in %s", (language) => {
  const folder = new Folder();
  const answers = new Map<string, unknown[]>();
  let replay: (env?: Readonly<Record<string, string>>, words?: readonly string[]) => Promise<Tested>;

  beforeAll(async () => {
    if (process.getuid?.() !== 0) return;
    const command = commands[language]();
    const port = freePort();
    const ask = async (path: string): Promise<void> => {
      const answer = await (await fetch(`http://127.0.0.1:${port}${path}`)).json();
      answers.set(path, [...(answers.get(path) ?? []), answer]);
    };
    await using ledger = await startLedger();
    const app = (env: Readonly<Record<string, string>>) => ({
      command,
      env: { PORT: String(port), LEDGER_PORT: ledger.port, POOL_SIZE: "5", ...env },
    });
    await recorded(folder.path, app({}), async () => {
      for (const path of inTurn) await ask(path);
      await Promise.all(atOnce.map(ask));
    });
    replay = async (env = {}, words = []) => await tested(folder.path, app(env), words);
  }, 60_000);

  afterAll(() => folder[Symbol.dispose]());

  rootTest("is answered as ever while it is recorded", () => {
    const item = (n: number) => ({ value: `item ${n} \u0000\u00ff` });
    const values = [1, 2, 3, 4, 5].map((n) => item(n).value);
    const items = (...numbers: number[]) => numbers.map((n) => `item:${n}=${item(n).value}`);
    expect(Object.fromEntries([...answers].filter(([path]) => !path.startsWith("/put/key")))).toEqual({
      "/get/item:7": [item(7)],
      "/get/item:8": [item(8)],
      "/get/nothing": [{ value: null }],
      "/put/mine": [{ value: "bytes \u0000 \u00ff" }],
      "/count/a": [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }],
      "/range/item:1": [{ items: items(1, 10, 11, 12, 13) }],
      "/pipeline/5": [{ values }],
      "/overlap/item:2": [{ items: items(2, 20, 21, 22, 23), value: item(3).value }],
      "/split/item:9": [item(9)],
      "/half/over": [{ said: "over" }],
      "/half/again": [{ said: "again" }],
      "/publish/one": [{ heard: true }],
      "/publish/two": [{ heard: true }],
    });
  });

  rootTest("replays green", async () => expectGreen(await replay()), MOST_MS);

  rootTest(
    "replays green by a pool of another size",
    async () => expectGreen(await replay({ POOL_SIZE: "20" })),
    MOST_MS,
  );

  rootTest(
    "is caught where it asks for something else",
    async () => {
      const { code, report, stdout } = await replay({ CHANGE: "another key" });
      const tests = report.testSets[0]?.tests ?? [];
      const failed = tests.filter(({ status }) => status === "failed");
      expect([code, failed.map(({ summary }) => summary)]).toEqual([1, inTurn.slice(0, 3).map((path) => `GET ${path} -> 200`)]); // prettier-ignore
      expect(failed.map(({ missed }) => missed[0]?.nearest?.mock)).toEqual(Array(3).fill(expect.stringMatching(/^mock-\d+$/))); // prettier-ignore
      expect(stdout).toContain("nearest is mock-");
    },
    MOST_MS,
  );

  rootTest(
    "is marked where what it asks is merely alike",
    async () => {
      const { report, stdout } = await replay({ CHANGE: "another byte" });
      const test = report.testSets[0]?.tests.find(({ summary }) => summary === "GET /put/mine -> 200");
      const [{ mock = "none" } = {}] = test?.doubts ?? [];
      expect(test).toMatchObject({ status: "passed", doubts: [{ mock, certainty: "similar", from: "test" }] });
      expect(stdout).toContain(`fuzzy test-set-0/${test?.name} was served ${mock}`);
      const strict = await replay({ CHANGE: "another byte" }, ["--strict"]);
      expect(strict.code).toBe(1);
    },
    MOST_MS,
  );
});
