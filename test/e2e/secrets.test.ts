/**
 * Sixty planted secrets pass through a service with PostgreSQL, Redis and an HTTP API behind it: none is in any file that git
 * would take, and the tests replay green with the values and without them.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { existsSync, lstatSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { madeKey, type Planted, plantedSecrets, spellingsOf } from "../support/planted-secrets.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { freePort } from "../support/recorded.ts";
import { startRedis } from "../support/redis-server.ts";
import { type AppUnderTest, recorded, reprise, startRecording, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

setDefaultTimeout(120_000);

const folder = new Folder();
/** The same, recorded with everything in it. */
const plain = new Folder();
/** Where nobody looks for secrets. */
const elsewhere = new Folder();
const [apiKey, signingKey, fileKey, pushed, issuedCookie] = [madeKey(), madeKey(), madeKey(), madeKey(), madeKey()];
const planted = plantedSecrets(signingKey);
const secrets = [apiKey, signingKey, fileKey, pushed, issuedCookie, ...planted.flatMap((each) => each.secrets)];
let app: AppUnderTest;
let said = "";

/** Answers with secrets of its own. */
function startApi() {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const body = await request.text();
      const headers = { "set-cookie": `sid=${issuedCookie}; Path=/; HttpOnly` };
      return Response.json(
        { accessToken: pushed, took: body.length, by: request.headers.get("authorization") },
        { headers },
      );
    },
  });
}

async function ask(port: number, { path, headers = {}, body }: Planted): Promise<void> {
  const sent = body === undefined ? {} : { body };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers,
    ...sent,
  });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  await using postgres = await startPostgres();
  await using redis = await startRedis();
  const api = startApi();
  const port = freePort();
  app = {
    command: `exec node ${join(apps, "secrets-node/service.mjs")}`,
    env: {
      PORT: String(port),
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      API_URL: `http://127.0.0.1:${api.port}`,
      API_KEY: apiKey,
      SIGNING_KEY: signingKey,
      KEY_FILE: elsewhere.write("key", fileKey),
    },
  };
  const ended = await recorded(folder.path, app, async () => {
    for (const each of planted) await ask(port, each);
  });
  said = ended.stdout + ended.stderr;
  await using running = await startRecording(plain.path, app, { words: ["--no-redact"] });
  for (const each of planted) await ask(port, each);
  await running.interrupt();
  await api.stop(true);
}, 120_000);

afterAll(() => {
  folder[Symbol.dispose]();
  plain[Symbol.dispose]();
  elsewhere[Symbol.dispose]();
});

/** Every file that `git add` would take, with what is in it. */
function committed({ path }: Folder): ReadonlyMap<string, string> {
  const git = (...words: string[]) => Bun.spawnSync(["git", ...words], { cwd: path, env: { ...process.env, HOME: path } }); // prettier-ignore
  git("init", "-q");
  const { stdout } = git("ls-files", "--others", "--cached", "--exclude-standard", "-z");
  const names = stdout.toString().split("\0").filter((name) => name !== "" && lstatSync(join(path, name)).isFile()); // prettier-ignore
  return new Map(names.map((name) => [name, readFileSync(join(path, name), "latin1")]));
}

/** Names of files and the secrets that are in them. */
function found(among: Folder): string[] {
  const files = committed(among);
  expect([...files.keys()].some((name) => name.endsWith("mocks.yaml"))).toBe(true);
  return secrets.flatMap((secret) =>
    spellingsOf(secret).flatMap((spelling) =>
      [...files].flatMap(([name, text]) => {
        const at = text.indexOf(spelling);
        const isNamed = name.toLowerCase().includes(spelling.toLowerCase());
        return at < 0 && !isNamed ? [] : [`${name}: ${text.slice(Math.max(0, at - 60), at + 40)}`];
      }),
    ),
  );
}

rootTest("sixty secrets are planted, and the recording says how many were taken out", () => {
  expect(secrets.length).toBeGreaterThanOrEqual(60);
  expect(said).toMatch(/\d+ secrets taken out: .*secret\.yaml/);
});

rootTest("none is in a file that git would take, and their values are for their owner alone", () => {
  expect(found(folder)).toEqual([]);
  const kept = join(folder.path, "reprise/test-set-0/secret.yaml");
  expect(statSync(kept).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder.path, "reprise/.gitignore"), "utf8")).toContain("secret.yaml");
});

/** Replays it, and gives the tests that are not green. */
async function notGreen({ path }: Folder) {
  const { report } = await tested(path, app);
  expect(report.totals.tests).toBe(planted.length);
  return report.testSets.flatMap(({ tests }) => tests.filter(({ status }) => status !== "passed"));
}

/** Replays it without the file that holds the values, as on another machine. */
async function notGreenWithout(recording: Folder) {
  const kept = join(recording.path, "reprise/test-set-0/secret.yaml");
  const values = readFileSync(kept);
  rmSync(kept);
  const red = await notGreen(recording);
  writeFileSync(kept, values, { mode: 0o600 });
  return red;
}

rootTest("replays green with the values", async () => expect(await notGreen(folder)).toEqual([]));

rootTest("replays green without them", async () => expect(await notGreenWithout(folder)).toEqual([]));

rootTest("a run that fails tells none either", async () => {
  const changed = { ...app, env: { ...app.env, SIGNING_KEY: madeKey(), API_URL: "http://127.0.0.1:9" } };
  const some = "post-header-jwt-1,post-header-basic-1,post-body-json-1,post-body-large-1,get-url-key-1,post-key-pem-1";
  const { report, stdout } = await tested(folder.path, changed, ["--test-case", some]);
  expect(report.verdict).not.toBe("passed");
  expect(existsSync(join(folder.path, "reprise/reports/latest/report.json"))).toBe(true);
  expect(found(folder)).toEqual([]);
  expect(secrets.filter((secret) => stdout.includes(secret))).toEqual([]);
});

rootTest("what was recorded with everything in it is sanitized, and replays as before", async () => {
  expect(found(plain)).not.toEqual([]);
  await using running = reprise(["sanitize", "-p", plain.path], { cwd: plain.path, env: app.env ?? {} });
  const { code, stdout, stderr } = await running.ended;
  expect([code, stdout + stderr]).toEqual([
    0,
    expect.stringMatching(/\d+ tests and \d+ mocks changed[^]*secrets taken out/),
  ]);
  expect(found(plain)).toEqual([]);
  expect(await notGreen(plain)).toEqual([]);
  expect(await notGreenWithout(plain)).toEqual([]);
});
