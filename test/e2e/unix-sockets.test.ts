/**
 * An app that reaches a real PostgreSQL at its unix socket: recording says that it did, and replay never lets it reach the
 * server, silently least of all. What the app listens at itself is left alone.
 */
import { afterAll, beforeAll, expect } from "bun:test";
import { join } from "node:path";
import { Client } from "pg";
import { parse } from "yaml";
import { readConfig } from "../../src/store/config.ts";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { pythonWith } from "../support/python-venv.ts";
import { freePort } from "../support/recorded.ts";
import { type Ended, recorded, type Tested, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const isRoot = process.getuid?.() === 0;
const folder = new Folder();
const port = freePort();
const paths = ["/direct", "/worker", "/abstract", "/quiet", "/items/7"];
let server: PostgresServer;
let command: string;
let recording: Ended;

const app = () => ({
  command,
  env: {
    PORT: String(port),
    PGHOST: server.folder,
    PGPORT: String(server.port),
    OWN_SOCKET: folder.at("worker.sock"),
  },
});
const socket = () => join(server.folder, `.s.PGSQL.${server.port}`);
const ask = async (path: string): Promise<string> => await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
const lookAt = ({ report }: Tested) =>
  report.testSets.flatMap(({ tests }) =>
    tests.map(
      ({ name, status, missed }) =>
        `${name} ${status}${missed.map((miss) => ` ${miss.protocol} ${miss.asked}`).join("")}`,
    ),
  );

/** How many connections of the app the server has taken: all that it had logged before ours. */
const taken = async (): Promise<number> => {
  const mark = `mark-${crypto.randomUUID()}`;
  const client = new Client({ connectionString: server.url, application_name: mark });
  await client.connect();
  await client.end();
  await server.said.until(mark);
  return server.said.text
    .split("\n")
    .filter((line) => line.includes("connection authorized") && !line.includes("mark-")).length;
};

beforeAll(async () => {
  if (!isRoot) return;
  server = await startPostgres("trust", null, true);
  command = `exec ${await pythonWith(join(apps, "pg-python/requirements.txt"))} ${join(apps, "unix-sockets/app.py")}`;
  recording = await recorded(folder.path, app(), async () => {
    for (const path of paths) await ask(path);
  });
}, 120_000);

afterAll(async () => {
  if (isRoot) await server.stop();
  folder[Symbol.dispose]();
});

rootTest("while recording the server is reached, and named with what helps", async () => {
  expect(await taken()).toBe(2);
  expect(recording.stdout + recording.stderr).toContain(
    `2 connections to ${socket()} not recorded: it is a unix socket, where nothing can be read; ` +
      `give the app PGHOST=127.0.0.1 PGPORT=${server.port}`,
  );
  const config = folder.at("reprise/test-set-0/config.yaml");
  const { unread } = readConfig(parse(await Bun.file(config).text()), config);
  expect(unread.map(({ peer, connections }) => [peer, connections])).toEqual([[socket(), 2]]);
});

rootTest(
  "replay with the server up is red where the app asks it, though it answers the same, and never reaches it",
  async () => {
    const before = await taken();
    const run = await tested(folder.path, app());
    expect(lookAt(run)).toEqual([
      "get-direct-1 passed",
      "get-worker-1 passed",
      "get-abstract-1 passed",
      `get-quiet-1 failed unix socket ${socket()}`,
      `get-items-by-id-1 failed unix socket ${socket()}`,
    ]);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(`--pass-through-sockets ${socket()}`);
    expect(await taken()).toBe(before);
  },
);

rootTest("what the user lets through is reached in replay", async () => {
  const before = await taken();
  const run = await tested(folder.path, app(), ["--pass-through-sockets", `${server.folder}/`]);
  expect(lookAt(run)).toEqual(paths.map((path) => `get${path.replaceAll("/", "-").replace("7", "by-id")}-1 passed`));
  expect(run.code).toBe(0);
  expect(await taken()).toBe(before + 2);
});

rootTest("what the user lets through is not named while recording", async () => {
  using other = new Folder();
  const said = await recorded(other.path, app(), () => ask("/items/7"), {
    words: ["--pass-through-sockets", socket()],
  });
  expect(said.stdout + said.stderr).not.toContain("unix socket");
});

rootTest("a server that is gone is missed as well, since the recording used it", async () => {
  await server.stop();
  expect(lookAt(await tested(folder.path, app())).slice(-2)).toEqual([
    `get-quiet-1 failed unix socket ${socket()}`,
    `get-items-by-id-1 failed unix socket ${socket()}`,
  ]);
});
