/** Rules that people write, at each of their three levels, and verdicts that stay the same. */
import { afterAll, beforeAll, expect } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { recorded, reprise, startRecording, tested } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const folder = new Folder();
const port = freePort();
const command = `exec node ${join(apps, "tickets/tickets.mjs")}`;
const app = (change = "") => ({ command, env: { PORT: String(port), CHANGE: change } });
const testFile = folder.at("reprise/test-set-0/tests/get-ticket-1.yaml");
const configFile = folder.at("reprise/test-set-0/config.yaml");

/** Replaces what stands in a file for as long as the test lasts. */
const edited = (file: string, change: (text: string) => string): Disposable => {
  const before = readFileSync(file, "utf8");
  writeFileSync(file, change(before));
  return { [Symbol.dispose]: () => writeFileSync(file, before) };
};

const noised = (text: string, rules: string): string =>
  text.replace(/^ {4}noise:.*$/m, `    noise:\n      header.Date: []\n${rules.replaceAll(/^/gm, "      ")}`);

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  await recorded(folder.path, app(), async () => {
    await (await fetch(`http://127.0.0.1:${port}/ticket`)).text();
  });
}, 60_000);

afterAll(() => folder[Symbol.dispose]());

rootTest("rules of the project, the set and the test hold together, the nearest one first", async () => {
  writeFileSync(folder.at("reprise.yml"), "noise:\n  body.id: [uuid]\n  body.draw: [uuid]\n  body.seats: any order\n");
  using _set = edited(configFile, (text) =>
    text.replace(/^ {2}tests:.*$/m, '  tests: { body.at: ["timestamp within 1m"], body.price: ["number ± 5 %"] }'),
  );
  using _test = edited(testFile, (text) => noised(text, "body.draw: [number and length 1..6]\nbody.epoch: [present]"));
  const { code, report } = await tested(folder.path, app("price"));
  expect([code, report.testSets[0]?.tests[0]?.differences]).toEqual([0, []]);
  const changed = await tested(folder.path, app("name"));
  expect([changed.code, changed.report.testSets[0]?.tests[0]?.differences.map(({ path }) => path)]).toEqual([
    1,
    ["body.name"],
  ]);
});

rootTest("--ignore-ordering is for every list", async () => {
  writeFileSync(folder.at("reprise.yml"), "noise: [body.id, body.draw, body.at, body.epoch]\n");
  const ordered = await tested(folder.path, app());
  expect(ordered.report.testSets[0]?.tests[0]?.differences.every(({ path }) => path.startsWith("body.seats["))).toBe(
    true,
  );
  expect((await tested(folder.path, app(), ["--ignore-ordering"])).code).toBe(0);
});

rootTest("a broken matcher is one sentence with the file and the path", async () => {
  using _test = edited(testFile, (text) => noised(text, "body.at: [timestamp within 5 parsecs]"));
  await using running = reprise(["test", "-p", folder.path, "-c", command], { cwd: folder.path });
  const { code, stderr } = await running.ended;
  expect(code).toBe(2);
  expect(stderr).toContain(
    `In ${testFile}: spec.assertions.noise, at body.at, the matcher \`timestamp within 5 parsecs\` is broken: write it like \`timestamp within 5s\``,
  );
});

rootTest("a second Ctrl-C gives up learning, and the recording is saved", async () => {
  using other = new Folder();
  const talking = `echo up; ${command}`;
  await using running = await startRecording(other.path, { ...app(), command: talking }, { denoise: true });
  await (await fetch(`http://127.0.0.1:${port}/ticket`)).text();
  running.kill("SIGINT");
  // Twice, since a signal right behind another is its echo.
  await running.line(/Playing it again[^]*up\n[^]*up\n/);
  const { code, stdout, stderr } = await running.interrupt();
  const warning = "warning: Learning what varies was ended: The run was interrupted.\n";
  expect([code, stderr]).toEqual([0, expect.stringContaining(warning)]);
  expect(stdout).toContain("test-set-0: 1 test, 0 mocks");
  expect(readFileSync(other.at("reprise/test-set-0/tests/get-ticket-1.yaml"), "utf8")).toContain(
    "noise: [header.Date]\n",
  );
});

rootTest("test --denoise learns for a recording that is there; each replay has the same verdict then", async () => {
  writeFileSync(folder.at("reprise.yml"), "");
  const { code, stdout } = await tested(folder.path, app(), ["--denoise"]);
  expect([code, stdout.includes("test-set-0 replays green: 1 of 1")]).toEqual([0, true]);
  for (let replay = 0; replay < 5; replay++) expect((await tested(folder.path, app())).code).toBe(0);
  for (let replay = 0; replay < 2; replay++) {
    const { report } = await tested(folder.path, app("price"));
    expect(report.testSets[0]?.tests[0]?.differences.map(({ path }) => path)).toEqual(["body.price"]);
  }
});
