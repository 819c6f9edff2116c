import { expect, test } from "bun:test";
import { createPools } from "../../src/core/memory-pool.ts";
import { digestKey, type MockEntry } from "../../src/core/mock-entry.ts";
import { trailingCalls } from "../../src/replay/trailing-calls.ts";

const destination = { host: "db", address: "10.0.0.1", port: 1, isTls: false };
const key = { text: "a", shape: "a", asked: "a" };
const mock: MockEntry = {
  name: "mock-1",
  order: 1,
  protocol: "toy",
  key: digestKey(key),
  destination,
  reuse: "once",
  startedAt: 0,
  endedAt: 0,
  load: () => "a",
};
const pools = () =>
  createPools([mock], {
    mappings: [{ test: "t", mocks: [{ name: "mock-1", by: "window" }] }],
    counts: (_mock, differences) => differences,
  });

test("waits for the call that is still to come, and no longer", async () => {
  const waited = pools();
  waited.run("t");
  const done = trailingCalls(waited, "t", 60_000);
  waited.poolFor("toy", destination).take({ key, differs: () => [], similarity: null });
  await done;
  expect(waited.pending("t")).toBe(0);
});

test("gives up when the time is over", async () => {
  const waited = pools();
  waited.run("t");
  await trailingCalls(waited, "t", 5);
  expect(waited.pending("t")).toBe(1);
});
