import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../src/core/errors.ts";
import { EMPTY_CONFIG } from "../../src/store/config.ts";
import { createTestSet } from "../../src/store/test-set-writer.ts";
import { toyProtocol } from "../support/toy-protocol.ts";

const dirs: string[] = [];
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), "writer-"));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const options = { owner: null, protocols: [toyProtocol], redactor: null };
const at = 1_763_711_137_000;
const toyTest = (title: string, asked = "hi") => {
  const times = { startedAt: at, endedAt: at + 1 };
  return { title, protocol: "toy", spec: { asked, answered: "yes" }, port: 8080, isTls: false, noise: {}, ...times };
};
const toyMock = (asked: string) => {
  const times = { startedAt: at, endedAt: at + 1.5 };
  return {
    protocol: "toy",
    spec: { asked, answered: "yes" },
    destination: null,
    connection: "c1",
    reuse: "once" as const,
    ...times,
  };
};

test("a recording is files that read well", async () => {
  const set = createTestSet(join(folder(), "reprise"), null, options);
  expect([set.addTest(toyTest("get-a")), set.addTest(toyTest("get-a")), set.addTest(toyTest("GET /b?"))]).toEqual([
    "get-a-1",
    "get-a-2",
    "get-b-1",
  ]);
  expect([set.addMock(toyMock("a")), set.addMock(toyMock("b\nc"))]).toEqual(["mock-1", "mock-2"]);
  await set.finish({
    config: EMPTY_CONFIG,
    mappings: [{ test: "get-a-1", mocks: [{ name: "mock-1", by: "window" }] }],
  });
  expect(readdirSync(set.dir).sort()).toEqual(["config.yaml", "mappings.yaml", "mocks.yaml", "tests"]);
  expect(readdirSync(join(set.dir, "tests")).sort()).toEqual(["get-a-1.yaml", "get-a-2.yaml", "get-b-1.yaml"]);
  expect(readFileSync(join(set.dir, "mocks.yaml"), "utf8"))
    .toBe(`# Recorded by Reprise. One document a mock, in the order recorded; edit freely.
---
version: reprise/v1
kind: Toy
name: mock-1
connection: c1
spec:
  asked: a
  answered: "yes"
at: "2025-11-21T07:45:37.000000Z"
took: 1.5
---
version: reprise/v1
kind: Toy
name: mock-2
connection: c1
spec:
  asked: |-
    b
    c
  answered: "yes"
at: "2025-11-21T07:45:37.000000Z"
took: 1.5
`);
  expect(readFileSync(join(set.dir, "mappings.yaml"), "utf8")).toBe(`version: reprise/v1
kind: Mappings
tests:
  - test: get-a-1
    window: [mock-1]
`);
});

test("sets are numbered onward, and a name that is taken is refused", async () => {
  const root = folder();
  mkdirSync(join(root, "test-set-9"));
  expect(createTestSet(root, null, options).name).toBe("test-set-10");
  expect(createTestSet(root, null, options).name).toBe("test-set-11");
  expect(createTestSet(root, "shop", options).name).toBe("shop");
  for (const name of ["shop", "../x", "", "reports", ".hidden"])
    expect(() => createTestSet(root, name, options)).toThrow(UsageError);
});

test.skipIf(process.getuid?.() !== 0)("what root writes belongs to the user who asked (needs root)", async () => {
  const set = createTestSet(join(folder(), "a", "reprise"), null, { ...options, owner: { uid: 1234, gid: 2345 } });
  const name = set.addTest(toyTest("get-a", "x".repeat(100_000)));
  await set.finish({ config: EMPTY_CONFIG, mappings: [] });
  const files = ["..", ".", "tests", `tests/${name}.yaml`, "mocks.yaml", "assets", "config.yaml", "mappings.yaml"];
  for (const file of files) {
    const { uid, gid } = statSync(join(set.dir, file));
    expect({ file, uid, gid }).toEqual({ file, uid: 1234, gid: 2345 });
  }
});

test("what waits stays bounded for a caller that awaits", async () => {
  const set = createTestSet(folder(), null, options);
  const text = "x".repeat(60_000);
  for (let index = 0; index < 1_000; index++) {
    set.addMock(toyMock(text));
    if (index % 100 === 99) await set.ready();
  }
  await set.ready();
  expect(statSync(join(set.dir, "mocks.yaml")).size).toBeGreaterThan(40e6);
  await set.discard();
  expect(readdirSync(dirs[0] ?? "")).toEqual([]);
});

test("a disk that cannot be written to is a sentence, at ready or at finish", async () => {
  const set = createTestSet(folder(), null, options);
  rmSync(join(set.dir, "tests"), { recursive: true });
  set.addTest(toyTest("get-a"));
  expect(set.finish({ config: EMPTY_CONFIG, mappings: [] })).rejects.toThrow(/^failed to write .*get-a-1\.yaml/);
  await set.finish({ config: EMPTY_CONFIG, mappings: [] }).catch(() => {});
  expect(set.ready()).rejects.toThrow("failed to write");
});
