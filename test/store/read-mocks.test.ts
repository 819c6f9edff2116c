import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { protocolsByKind } from "../../src/store/kinds.ts";
import { testSetPaths } from "../../src/store/layout.ts";
import { AS_IT_STANDS } from "../../src/store/leaves.ts";
import { readMocks } from "../../src/store/read-mocks.ts";
import { Folder } from "../support/folder.ts";
import { toyProtocol, type ToySpec } from "../support/toy-protocol.ts";

const kinds = protocolsByKind([toyProtocol]);
const mock = (name: string, asked: string, answered: string): string =>
  `---\nversion: reprise/v1\nkind: Toy\nname: ${name}\nspec:\n  asked: ${asked}\n  answered: ${answered}\ntook: 1\n`;

function read(folder: Folder, text: string, unfinished = false) {
  folder.write("mocks.yaml", text);
  const warnings: string[] = [];
  const source = {
    paths: testSetPaths(folder.path),
    kinds,
    unfinished,
    restore: AS_IT_STANDS,
    warn: (sentence: string) => void warnings.push(sentence),
  };
  return { mocks: readMocks(source), warnings };
}

test("no file is no mocks", () => {
  using folder = new Folder();
  expect(
    readMocks({ paths: testSetPaths(folder.path), kinds, unfinished: false, restore: AS_IT_STANDS, warn: () => {} }),
  ).toEqual([]);
});

test("equal shapes and destinations are held once", () => {
  using folder = new Folder();
  const { mocks } = read(folder, mock("m1", "a", "b") + mock("m2", "c", "d"));
  expect(mocks.map(({ name, key }) => [name, key.shape])).toEqual([
    ["m1", "line"],
    ["m2", "line"],
  ]);
  expect(mocks[0]?.key.digest).not.toBe(mocks[1]?.key.digest);
});

test("a large mock is read again when it is needed, and a changed file is noticed", () => {
  using folder = new Folder();
  const large = mock("m1", "a", "b".repeat(300_000));
  const { mocks } = read(folder, large);
  expect((mocks[0]?.load() as ToySpec | undefined)?.answered).toHaveLength(300_000);
  folder.write("mocks.yaml", large.replace("m1", "m2"));
  expect(() => mocks[0]?.load()).toThrow("was changed while it was in use");
  rmSync(folder.at("mocks.yaml"));
  writeFileSync(folder.at("mocks.yaml"), large);
  expect((mocks[0]?.load() as ToySpec | undefined)?.asked).toBe("a");
});

test("a finished recording's last mock needs no mark of its end, a cut one does", () => {
  using folder = new Folder();
  const text = mock("m1", "a", "b").replace("took: 1\n", "");
  expect(read(folder, text).mocks).toHaveLength(1);
  expect(read(folder, text, true)).toEqual({
    mocks: [],
    warnings: ["The last mock in mocks.yaml was cut off while it was written, and is left out."],
  });
});

test("where it does not matter whom one asks, a mock has no destination", () => {
  using folder = new Folder();
  const to = "destination:\n  host: db\n  address: 10.0.0.1\n  port: 53\ntook";
  const text = mock("m1", "a", "b").replace("took", to);
  expect(read(folder, text).mocks[0]?.destination).toEqual({ host: "db", address: "10.0.0.1", port: 53, isTls: false });
  folder.write("mocks.yaml", text);
  const anywhere = protocolsByKind([{ ...toyProtocol, isAnywhere: true }]);
  const source = {
    paths: testSetPaths(folder.path),
    kinds: anywhere,
    unfinished: false,
    restore: AS_IT_STANDS,
    warn: () => {},
  };
  expect(readMocks(source)[0]?.destination).toBeNull();
});

test("mocks stand in the order asked, whichever finished first", () => {
  using folder = new Folder();
  const at = (name: string, second: string): string =>
    mock(name, "a", name).replace("took", `at: "2025-11-21T07:45:${second}Z"\ntook`);
  const text = at("fast", "02.000000") + mock("by-hand", "a", "x") + at("slow", "01.000000") + at("late", "03.000000");
  expect(read(folder, text).mocks.map(({ name, order }) => [name, order])).toEqual([
    ["slow", 0],
    ["fast", 1],
    ["by-hand", 2],
    ["late", 3],
  ]);
});

test("memory does not follow the size of the recording", () => {
  using folder = new Folder();
  const count = 3_000;
  folder.write(
    "mocks.yaml",
    Array.from({ length: count }, (_, index) => mock(`m${index}`, `q${index}`, "é".repeat(30_000))).join(""),
  );
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  const source = { paths: testSetPaths(folder.path), kinds, unfinished: false, restore: AS_IT_STANDS, warn: () => {} };
  const mocks = readMocks(source);
  for (const { load } of mocks) load();
  Bun.gc(true);
  expect(mocks).toHaveLength(count);
  expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
});
