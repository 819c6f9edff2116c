/** Ids, instants and traces that an app writes into its statements: learned of each call alone, whatever the driver. */
import { describe, expect } from "bun:test";
import { join } from "node:path";
import { Client } from "pg";
import type { NoiseReport } from "../../src/report/noise.ts";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { pythonWith } from "../support/python-venv.ts";
import { freePort } from "../support/recorded.ts";
import { startRecording, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const python = async () => await pythonWith(join(apps, "pg-python/requirements.txt"));

/** How each names what it sends. */
const services = [
  ["psycopg2", async () => `exec ${await python()} ${join(apps, "ledger/ledger.py")}`, "values"],
  ["pg", async () => `exec node ${join(apps, "ledger/ledger.mjs")}`, "parameters"],
] as const;

describe.each(services)("entries by %s", (_driver, commandOf, sent) => {
  rootTest("are green at once, and red for another note or kind", async () => {
    using folder = new Folder();
    const command = await commandOf();
    const server = await startPostgres();
    const client = new Client(server.url);
    await client.connect();
    await client.query("CREATE TABLE entries (id uuid, made timestamptz, note text, detail text)");
    await client.end();
    const port = freePort();
    const env = { PORT: String(port), DATABASE_URL: server.url };
    await using running = await startRecording(folder.path, { command, env }, { denoise: true, words: ["--json"] });
    for (const note of ["tea", "milk", "tea"]) await (await fetch(`http://127.0.0.1:${port}/?note=${note}`)).text();
    const { stdout } = await running.interrupt();
    await server.stop();
    const { noise } = JSON.parse(stdout) as { noise: NoiseReport };
    expect(noise.replay).toEqual({ isGreen: true, passed: 3, tests: 3, failed: [] });
    const learned = noise.learned.map(({ kind, path, matcher }) => `${kind} ${path}: ${matcher ?? "any"}`);
    expect(learned.toSorted()).toEqual(
      [
        [`mock ${sent}[0]: uuid`, `mock ${sent}[1]: timestamp`, `mock ${sent}[3].trace: uuid`],
        [`mock ${sent}[0]: uuid`, `mock ${sent}[1]: timestamp`, `mock ${sent}[3].trace: uuid`],
        [`mock ${sent}[0]: uuid`, `mock ${sent}[1]: timestamp`, `mock ${sent}[3].trace: uuid`],
      ]
        .flat()
        .toSorted(),
    );
    const replayed = async (change: string) => {
      const { code, report } = await tested(folder.path, { command, env: { ...env, CHANGE: change } });
      const differs = report.testSets[0]?.tests.flatMap(({ missed }) =>
        missed.flatMap(({ nearest }) => nearest?.differs),
      );
      return [code, ...new Set(differs)];
    };
    expect(await replayed("")).toEqual([0]);
    expect(await replayed("note")).toEqual([1, `${sent}[2]: tea -> tea!`, `${sent}[2]: milk -> milk!`]);
    expect(await replayed("kind")).toEqual([1, `${sent}[3].kind: a -> b`]);
  });
});
