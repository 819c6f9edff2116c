import { afterEach, expect, test } from "bun:test";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatError, UsageError } from "../../src/core/errors.ts";
import { createPools } from "../../src/core/memory-pool.ts";
import { EMPTY_CONFIG } from "../../src/store/config.ts";
import { protocolsByKind } from "../../src/store/kinds.ts";
import { openTestSet } from "../../src/store/test-set-reader.ts";
import { createTestSet } from "../../src/store/test-set-writer.ts";
import { toyProtocol, type ToySpec } from "../support/toy-protocol.ts";

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const kinds = protocolsByKind([toyProtocol]);
const at = 1_763_711_137_000;
const noise = { "body.id": ["^a"] };

async function recorded(mocks = 3, finish = true): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "reader-"));
  dirs.push(root);
  const set = createTestSet(root, null, { owner: null, protocols: [toyProtocol], redactor: null });
  for (const nth of [2, 1]) {
    const times = { startedAt: at + nth * 100, endedAt: at + nth * 100 + 50 };
    set.addTest({
      title: `get-${nth}`,
      protocol: "toy",
      spec: { asked: `t${nth}`, answered: "b" },
      port: 8080,
      isTls: false,
      noise,
      ...times,
    });
  }
  for (let index = 0; index < mocks; index++) {
    const times = { startedAt: at + index * 100 + 10, endedAt: at + index * 100 + 20 };
    const destination = { host: "db", address: "10.0.0.5", port: 5432, isTls: false };
    const spec: ToySpec = { asked: `q${index}`, answered: "é\n".repeat(index * 20_000) };
    set.addMock({ protocol: "toy", spec, destination, connection: "c1", reuse: "once", ...times });
  }
  const mappings = [{ test: "get-1-1", mocks: [{ name: "mock-1", by: "exact" as const }] }];
  const config = { ...EMPTY_CONFIG, command: "./shop", noise: { tests: { "header.Date": [] }, mocks: {} } };
  if (finish) await set.finish({ config, mappings });
  else await set.ready().then(() => new Promise((resolve) => setImmediate(resolve)));
  return set.dir;
}

test("what was written comes back, tests in the order recorded", async () => {
  const set = openTestSet(await recorded(), kinds);
  expect(set.tests.map(({ name, port, protocol }) => [name, port, protocol])).toEqual([
    ["get-1-1", 8080, "toy"],
    ["get-2-1", 8080, "toy"],
  ]);
  expect(set.tests[0]?.load()).toEqual({
    name: "get-1-1",
    protocol: "toy",
    spec: { asked: "t1", answered: "b" },
    port: 8080,
    isTls: false,
    noise: { "header.Date": [], ...noise },
    startedAt: at + 100,
    endedAt: at + 150,
  });
  expect(set.mocks.map(({ name, order, load }) => [name, order, (load() as ToySpec).answered.length])).toEqual([
    ["mock-1", 0, 0],
    ["mock-2", 1, 40_000],
    ["mock-3", 2, 80_000],
  ]);
  expect(set.mappings).toEqual([{ test: "get-1-1", mocks: [{ name: "mock-1", by: "exact" }] }]);
  expect([set.config.command, set.warnings]).toEqual(["./shop", []]);
});

test("the entries answer from a pool", async () => {
  const set = openTestSet(await recorded(), kinds);
  const pools = createPools(set.mocks, { mappings: set.mappings, counts: (_mock, differences) => differences });
  const pool = pools.poolFor<ToySpec>("toy", { host: "db", address: "10.0.0.5", port: 5432 });
  const key = toyProtocol.key({ asked: "q1", answered: "" });
  expect(pool.take({ key, differs: () => [], similarity: null })).toMatchObject({ found: true, mock: "mock-2" });
});

test("an interrupted recording loads: the torn last mock is dropped, mocks are attributed by time", async () => {
  const dir = await recorded(4, false);
  const file = join(dir, "mocks.yaml");
  const whole = openTestSet(dir, kinds);
  expect(whole.mocks).toHaveLength(4);
  const bytes = readFileSync(file);
  const from = bytes.lastIndexOf("\n---\n") + 1;
  for (let length = bytes.length - 1; length > from + 10; length -= 97) {
    truncateSync(file, length);
    const { mocks, warnings } = openTestSet(dir, kinds);
    expect(mocks.map(({ name }) => name)).toEqual(["mock-1", "mock-2", "mock-3"]);
    expect(warnings).toEqual([
      "This recording was cut short: it has no config.yaml. Which mock belongs to which test is told by time alone.",
      "The last mock in mocks.yaml was cut off while it was written, and is left out.",
    ]);
  }
  expect(openTestSet(dir, kinds).mappings).toEqual([
    { test: "get-1-1", mocks: [{ name: "mock-2", by: "window" }] },
    { test: "get-2-1", mocks: [{ name: "mock-3", by: "window" }] },
  ]);
});

test("a broken file is named with its line, an unknown kind with the nearest, a later version refused", async () => {
  const dir = await recorded(2);
  const file = join(dir, "mocks.yaml");
  const thrown = (): FormatError => {
    try {
      openTestSet(dir, kinds);
    } catch (error) {
      if (error instanceof FormatError) return error;
      throw error;
    }
    throw new Error("nothing was thrown");
  };
  const before = readFileSync(file, "utf8");
  const line = before.split("\n").findIndex((text) => text.includes("name: mock-2")) + 1;
  writeFileSync(file, before.replace("name: mock-2", "name: [mock-2"));
  expect(Number(thrown().where.split(":").at(-1))).toBeWithin(line, line + 2);
  writeFileSync(file, before.replace("asked: q1", "asked: 7"));
  expect(thrown().where).toBe(`${file}:${before.split("\n").findIndex((text) => text.includes("asked: q1")) + 1}`);
  writeFileSync(file, before.replaceAll("kind: Toy", "kind: Tyo"));
  expect(thrown().hint).toBe("Did you mean Toy?");
  writeFileSync(file, before);
  const test1 = join(dir, "tests", "get-1-1.yaml");
  writeFileSync(test1, readFileSync(test1, "utf8").replace("reprise/v1", "reprise/v7"));
  expect([thrown().code, thrown().hint]).toEqual(["format.version", "Please update Reprise."]);
  expect(() => openTestSet(join(dir, "nowhere"), kinds)).toThrow(UsageError);
});

test("an edit by hand counts: comments, other styles, a copied test", async () => {
  const dir = await recorded(1);
  const file = join(dir, "tests", "get-1-1.yaml");
  writeFileSync(
    join(dir, "tests", "mine.yaml"),
    readFileSync(file, "utf8").replace("asked: t1", "asked: 'edited' # by hand"),
  );
  appendFileSync(
    join(dir, "mocks.yaml"),
    "---\n{version: reprise/v1, kind: Toy, name: mine, spec: {asked: z, answered: w}}",
  );
  const set = openTestSet(dir, kinds);
  expect(set.tests.map(({ name }) => name)).toEqual(["get-1-1", "mine", "get-2-1"]);
  expect(set.tests[1]?.load().spec).toEqual({ asked: "edited", answered: "b" });
  expect(set.mocks.at(-1)?.load()).toEqual({ asked: "z", answered: "w" });
});

test("a test that was read is read once more only when it is asked for again", async () => {
  const dir = await recorded(1);
  const file = join(dir, "tests", "get-1-1.yaml");
  const [first] = openTestSet(dir, kinds).tests;
  writeFileSync(file, readFileSync(file, "utf8").replace("asked: t1", "asked: edited"));
  expect([first?.load().spec, first?.load().spec]).toEqual([
    { asked: "t1", answered: "b" },
    { asked: "edited", answered: "b" },
  ]);
});

test("specs beyond what is kept are read again from their place", async () => {
  const dir = await recorded(0);
  const mock = (index: number): string =>
    `---\nversion: reprise/v1\nkind: Toy\nname: m${index}\nspec:\n  asked: q${index}\n  answered: ${"é".repeat(30_000)}${index}\n`;
  const count = 600;
  appendFileSync(join(dir, "mocks.yaml"), Array.from({ length: count }, (_, index) => mock(index)).join(""));
  const { mocks } = openTestSet(dir, kinds);
  expect(mocks.map(({ load }) => (load() as ToySpec).answered.slice(30_000))).toEqual(
    Array.from({ length: count }, (_, index) => String(index)),
  );
  mkdirSync(join(dir, "tests"), { recursive: true });
});

test("a test or a mock that somebody removed or renamed is a warning", async () => {
  const dir = await recorded(1);
  renameSync(join(dir, "tests", "get-1-1.yaml"), join(dir, "tests", "renamed.yaml"));
  const { warnings, mappings } = openTestSet(dir, kinds);
  expect(warnings).toEqual([
    "mappings.yaml gives mocks to tests that are not there (get-1-1); they answer no other test. After renaming a test, rename it there.",
  ]);
  expect(mappings).toHaveLength(1);
  writeFileSync(
    join(dir, "mappings.yaml"),
    readFileSync(join(dir, "mappings.yaml"), "utf8").replace("get-1-1", "renamed"),
  );
  writeFileSync(join(dir, "mocks.yaml"), "# none\n");
  expect(openTestSet(dir, kinds).warnings).toEqual(["mappings.yaml names a mock that is not in mocks.yaml."]);
});
