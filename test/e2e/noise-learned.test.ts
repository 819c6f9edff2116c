/**
 * Services whose answers differ each time in some fields: green at once after `record`, with exactly those fields learned,
 * and red for each business field that changes.
 */
import { describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NoiseReport } from "../../src/report/noise.ts";
import { apps, goProgram, type Language, languages } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { type AppUnderTest, recorded, startRecording, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const commands: Readonly<Record<Language, () => string>> = {
  node: () => `exec node ${join(apps, "tickets/tickets.mjs")}`,
  python: () => `exec python3 ${join(apps, "tickets/tickets.py")}`,
  go: () => `exec ${goProgram("tickets/go")}`,
};

const service = (language: Language, port: number, env: Readonly<Record<string, string>> = {}): AppUnderTest => ({
  command: commands[language](),
  env: { PORT: String(port), ...env },
});

/** The rules of a test, as its file holds them. */
const noiseIn = (folder: Folder, name: string): unknown => {
  const text = readFileSync(folder.at(`reprise/test-set-0/tests/${name}.yaml`), "utf8");
  return (Bun.YAML.parse(text) as { spec: { assertions: { noise: unknown } } }).spec.assertions.noise;
};

/** The paths that differ in the one failed test. */
const different = async (folder: Folder, app: AppUnderTest, name: string): Promise<(string | number | null)[]> => {
  const { code, report } = await tested(folder.path, app, ["--test-case", name]);
  const test = report.testSets[0]?.tests[0];
  return [code, ...(test?.differences.map(({ path }) => path) ?? []), ...(test?.missed.map(({ nearest }) => nearest?.differs.join() ?? "") ?? [])]; // prettier-ignore
};

describe.each(languages)("a service in %s", (language) => {
  rootTest("is green at once with a uuid, a number, two clocks and a set, and red for what is business", async () => {
    using folder = new Folder();
    const port = freePort();
    const url = `http://127.0.0.1:${port}/ticket`;
    const { stdout } = await recorded(
      folder.path,
      service(language, port),
      async () => await (await fetch(url)).text(),
      { denoise: true },
    );
    expect(stdout).toContain("test-set-0 replays green: 1 of 1");
    expect(noiseIn(folder, "get-ticket-1")).toEqual({
      "header.Date": [],
      "body.seats": ["any order"],
      "body.id": ["uuid"],
      "body.draw": ["number"],
      "body.at": ["timestamp"],
      "body.epoch": ["timestamp"],
    });
    expect(await different(folder, service(language, port), "get-ticket-1")).toEqual([0]);
    const changed = await different(folder, service(language, port, { CHANGE: "name price seat" }), "get-ticket-1");
    expect(changed.map((each) => String(each).replace(/\[\d\]/, "[N]"))).toEqual([
      "1",
      "body.name",
      "body.price",
      "body.seats[N]",
    ]);
  });
});

describe("a service that asks another", () => {
  rootTest("noise of requests is each mock's own, of pages line by line, of texts word by word", async () => {
    using folder = new Folder();
    const port = freePort();
    const charges = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => Response.json({ charged: true }) });
    const env = { DEPENDENCY: `http://127.0.0.1:${charges.port}` };
    const order = (item: string) => ({ method: "POST", body: JSON.stringify({ item }) });
    await using running = await startRecording(folder.path, service("node", port, env), {
      denoise: true,
      words: ["--json"],
    });
    for (const [path, init] of [["tickets"], ["page"], ["orders", order("tea")], ["orders", order("milk")]] as const)
      await (await fetch(`http://127.0.0.1:${port}/${path}`, init)).text();
    const { stdout } = await running.interrupt();
    await charges.stop(true);
    const { noise } = JSON.parse(stdout) as { noise: NoiseReport };
    expect(noise.replay).toEqual({ isGreen: true, passed: 4, tests: 4, failed: [] });
    expect(noise.learned.map(({ name, path, matcher }) => `${name} ${path}: ${matcher ?? "any"}`)).toEqual([
      "get-tickets-1 body.list: any order",
      "get-tickets-1 body.list[*].id: uuid",
      "get-tickets-1 body.wrapped.trace: uuid",
      "get-tickets-1 body.message: like Order {uuid} made by Ann",
      "get-page-1 header.Set-Cookie: like session={word}; Path=/; HttpOnly",
      'get-page-1 body.line[3]: like <input type="hidden" name="csrf" value="{hex}">',
      "post-orders-1 body.id: uuid",
      "post-orders-2 body.id: uuid",
      "mock-1 body.key: uuid",
      "mock-1 body.at: timestamp",
      "mock-2 body.key: uuid",
      "mock-2 body.at: timestamp",
    ]);
    const changed = (change: string, name: string) =>
      different(folder, service("node", port, { ...env, CHANGE: change }), name);
    expect(await changed("", "post-orders-1")).toEqual([0]);
    expect(await changed("kind", "get-tickets-1")).toEqual([1, "body.wrapped.kind"]);
    expect(await changed("title", "get-page-1")).toEqual([1, "body.line[4]"]);
    const [code, ...charge] = await changed("charge", "post-orders-1");
    expect([code, charge.at(-1)]).toEqual([1, "body.item: tea -> teas"]);
  });
});
