/**
 * Services that say what time it is, that refuse expired tokens and ask for what happened in the last 24 hours: recorded
 * with a real PostgreSQL, the recording then moved a year back, and replayed without the server.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { Client } from "pg";
import { apps, goProgram } from "../support/apps.ts";
import { cProgram } from "../support/c-program.ts";
import { cargoProgram } from "../support/cargo-program.ts";
import { Folder } from "../support/folder.ts";
import { classPath } from "../support/maven-jars.ts";
import { moveRecording, tokenUntil } from "../support/moved-recording.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { pythonWith } from "../support/python-venv.ts";
import { freePort } from "../support/recorded.ts";
import { type AppUnderTest, recorded, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const YEAR_MS = 365 * 86_400_000;
const KEY = "a shared key";

/** Each given the port on which it is to listen. */
const services: Readonly<Record<string, (port: number) => string | Promise<string>>> = {
  Go: () => `exec ${goProgram("pg-go/clock", { CGO_ENABLED: "0" })}`,
  Java: async () => `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "clock-java"))}' ClockService`,
  Node: () => `exec node ${join(apps, "clock-node/service.mjs")}`,
  Bun: () => `exec ${process.execPath} ${join(apps, "clock-node/service.mjs")}`,
  Python: async () =>
    `exec ${await pythonWith(join(apps, "pg-python/requirements.txt"))} ${join(apps, "clock-python/service.py")}`,
  Ruby: () => `exec ruby ${join(apps, "clock-ruby/service.rb")}`,
  PHP: (port) => `exec php -d ffi.enable=1 -S 127.0.0.1:${port} ${join(apps, "clock-php/service.php")} 2> /dev/null`,
  Rust: () => `exec ${cargoProgram("clock-rust", "service")}`,
  "C with musl, static": () => `exec ${cProgram("clock-c", "service", "musl")}`,
};

/**
 * They tell whole seconds, so that a replay which is some milliseconds later says the same: each is asked in the middle of
 * one.
 */
const middleOfSecond = async (): Promise<void> => {
  const into = Date.now() % 1_000;
  if (into < 100 || into > 500) await Bun.sleep(into < 100 ? 100 - into : 1_100 - into);
};

interface Recording {
  readonly path: string;
  readonly app: AppUnderTest;
  readonly answers: readonly string[];
}

async function record(path: string, app: AppUnderTest, port: number): Promise<string[]> {
  const answers: string[] = [];
  const authorization = `Bearer ${tokenUntil(Math.floor(Date.now() / 1_000) + 3_600, KEY)}`;
  await recorded(path, app, async () => {
    for (const way of ["now", "token", "recent", "waits"]) {
      await middleOfSecond();
      const response = await fetch(`http://127.0.0.1:${port}/${way}`, { headers: { authorization } });
      answers.push(`${response.status} ${(await response.text()).replaceAll(" ", "").trim()}`);
    }
  });
  return answers;
}

async function createEvents(port: number): Promise<void> {
  const client = new Client({ host: "127.0.0.1", port, user: "postgres", database: "shop" });
  await client.connect();
  await client.query("CREATE TABLE events (name text, at timestamptz); GRANT ALL ON events TO app");
  await client.query(
    "INSERT INTO events VALUES ('lately', now() - interval '1 hour'), ('before', now() - interval '25 h')",
  );
  await client.end();
}

const recordings = new Map<string, Recording>();
const folders = new DisposableStack();

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  // One server for all; it is gone when they are replayed.
  await using server = await startPostgres();
  await createEvents(server.port);
  for (const [language, commandOn] of Object.entries(services)) {
    const [folder, port, recordedAt] = [folders.use(new Folder()), freePort(), Date.now()];
    const app = { command: await commandOn(port), env: { PORT: String(port), DATABASE_URL: server.url } };
    const answers = await record(folder.path, app, port);
    moveRecording(folder.path, { byMs: -YEAR_MS, recordedAt, key: KEY });
    recordings.set(language, { path: folder.path, app, answers });
  }
}, 400_000);

afterAll(() => folders.dispose());

/** Replays it; what is not green, and what is noted. */
async function replayed(language: string, words: readonly string[]) {
  const { path, app } = recordings.get(language) ?? { path: "", app: { command: "" } };
  const { code, report } = await tested(path, app, words);
  const tests = report.testSets.flatMap((set) => set.tests);
  const red = tests.filter(({ status }) => status !== "passed").map(({ name }) => name);
  return { code, red, notes: report.testSets[0]?.notes, count: tests.length };
}

setDefaultTimeout(60_000);

rootTest.each(Object.keys(services))("a service in %s replays green a year later", async (language) => {
  expect(recordings.get(language)?.answers).toEqual([
    expect.stringMatching(/^200 \{"now":"20\d\d-/),
    '200 {"subject":"ann"}',
    '200 {"names":["lately"]}',
    '200 {"wrong":[]}',
  ]);
  expect(await replayed(language, [])).toEqual({ code: 0, red: [], notes: [], count: 4 });
});

// Who waits until an instant waits for ever where the clock stands still.
const atOnce = "get-now-1,get-token-1,get-recent-1";

rootTest.each(["Go", "Python", "C with musl, static"])(
  "a service in %s is green in frozen time, and red in real time",
  async (language) => {
    const frozen = await replayed(language, ["--time", "frozen", "--test-case", atOnce]);
    expect(frozen).toEqual({ code: 0, red: [], notes: [], count: 3 });
    const real = await replayed(language, ["--time", "real", "--test-case", atOnce]);
    expect([real.code, real.red]).toEqual([1, atOnce.split(",")]);
  },
);

rootTest(
  "instants that are told to the millisecond are learned when they are recorded, and replay green a year later",
  async () => {
    using folder = new Folder();
    const port = freePort();
    const recordedAt = Date.now();
    const app = await (async () => {
      await using server = await startPostgres();
      await createEvents(server.port);
      const command = `exec node ${join(apps, "clock-node/service.mjs")}`;
      const made = { command, env: { PORT: String(port), DATABASE_URL: server.url } };
      const use = async () => {
        for (let n = 0; n < 3; n++) await fetch(`http://127.0.0.1:${port}/exact?n=${n}`);
      };
      await recorded(folder.path, made, use, { denoise: true });
      return made;
    })();
    moveRecording(folder.path, { byMs: -YEAR_MS, recordedAt, key: KEY });
    for (const time of ["recorded", "frozen"]) {
      const { code, stdout, report } = await tested(folder.path, app, ["--time", time]);
      expect([code, report.mocks.missed, report.totals.passed], stdout).toEqual([0, 0, 3]);
    }
  },
  120_000,
);
