import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import type { Miss } from "../../src/core/exchange.ts";
import { createPools } from "../../src/core/memory-pool.ts";
import { digestKey, type MockEntry } from "../../src/core/mock-entry.ts";
import { type Item, Shelf } from "../../src/core/mock-lanes.ts";
import { PeerPool } from "../../src/core/peer-pool.ts";

function item(order: number, text: string, load = (): unknown => text): Item {
  const entry = { name: `m${order}`, order, protocol: "p", key: digestKey({ text, shape: "s" }), destination: null };
  const lazy = { ...entry, reuse: "once" as const, startedAt: 0, endedAt: 0, load };
  return { entry: lazy, owners: [], sure: false, isLikely: false, isCaused: false, used: false, usedBy: null };
}

function poolOf(
  shelves: readonly Shelf[],
  missed: Miss[] = [],
  others = new Map<string, Shelf>(),
  away: readonly Shelf[] = [],
): PeerPool {
  const counts = <T>(_mock: unknown, differences: T): T => differences;
  const state = {
    running: null,
    similarFrom: 1,
    counts,
    varied: undefined,
    isLearned: () => false,
    rewritten: undefined,
    missed: (miss: Miss) => void missed.push(miss),
  };
  const use = (used: Item): void => void (used.used = true);
  return new PeerPool(
    { ...state, use, isDue: () => true, isPreceded: () => false },
    {
      protocol: "p",
      destination: "h:1",
      shelves,
      elsewhere: () => away,
      at: (host, port) => others.get(`${host}:${port}`),
    },
  );
}

const ask = (text: string) => ({ key: { text, shape: "s", asked: text }, differs: () => [], similarity: null });

test("two shelves of one peer answer in the order recorded", () => {
  const [one, other] = [new Shelf(), new Shelf()];
  one.add(item(2, "a"));
  other.add(item(1, "a"));
  const pool = poolOf([one, other]);
  expect([1, 2].map(() => pool.take(ask("a")))).toMatchObject([{ mock: "m1" }, { mock: "m2" }]);
});

test("what was recorded at another member of the same service answers where that is said", () => {
  const [mine, other] = [new Shelf(), new Shelf()];
  mine.add(item(2, "a"));
  other.add(item(1, "a"));
  const pool = poolOf([mine], [], new Map([["b:1", other]]));
  const alsoAt = [
    { host: "b", port: 1 },
    { host: "c", port: 1 },
  ];
  expect([pool.take({ ...ask("a"), alsoAt }), pool.take(ask("a"))]).toMatchObject([{ mock: "m1" }, { mock: "m2" }]);
  expect(pool.take(ask("a"))).toMatchObject({ found: true, mock: "m2" });
});

test("where the peer that is asked has no answer, another may have it", () => {
  const at = (port: number) => ({ host: "h", address: "10.0.0.1", port, isTls: false });
  const [mine, other, stranger] = [new Shelf(), new Shelf(), new Shelf()];
  const placed = (shelf: Shelf, one: Item, port: number) =>
    shelf.add({ ...one, entry: { ...one.entry, destination: at(port) } });
  mine.add(item(1, "b"));
  placed(stranger, item(2, "a"), 3);
  placed(other, item(3, "a"), 2);
  placed(other, item(4, "b"), 2);
  const pool = poolOf([mine], [], new Map(), [stranger, other]);
  const otherwise = (_: unknown, { port }: { readonly port: number }) => port === 2;
  expect(["a", "b"].map((text) => pool.take({ ...ask(text), otherwise }))).toMatchObject([
    { mock: "m3" },
    { mock: "m1" },
  ]);
  expect(poolOf([mine], [], new Map(), [stranger]).take({ ...ask("a"), otherwise })).toMatchObject({ found: false });
});

test("other keys without any named difference are a miss, not noise", () => {
  const shelf = new Shelf();
  shelf.add(item(1, "a"));
  const missed: Miss[] = [];
  expect(poolOf([shelf], missed).take(ask("b"))).toEqual({ found: false, nearest: { mock: "m1", differs: [] } });
  expect(missed).toEqual([{ protocol: "p", asked: "b", nearest: { mock: "m1", differs: [] } }]);
});

test("a mock whose file cannot be read is not used up", () => {
  const broken = item(1, "a", () => {
    throw new Error("gone");
  });
  const shelf = new Shelf();
  shelf.add(broken);
  expect(() => poolOf([shelf]).take(ask("a"))).toThrow("gone");
  expect(broken.used).toBe(false);
});

test("what was learned of a mock holds for whoever asks, though another test is guessed to own it", () => {
  const at: Difference = { path: "parameters[1]", expected: "then", actual: "now", change: "changed" };
  const answers = (noise: Partial<MockEntry>, isLearned: boolean) => {
    const mappings = [{ test: "o", mocks: [{ name: "m1", by: "likely" as const }] }];
    const entry = { ...item(1, "a").entry, ...noise };
    const pools = createPools([entry], { mappings, counts: () => [], isLearned: () => isLearned });
    pools.run("t");
    return pools.poolFor("p", { host: "h", address: "h", port: 1 }).take({ ...ask("b"), differs: () => [at] }).found;
  };
  const noise = { noise: { "parameters[1]": [] } };
  expect([answers({}, false), answers(noise, false), answers({}, true)]).toEqual([false, true, true]);
});

test("of a test's mocks with one key the nearest answers, of equally near ones the lowest", () => {
  const entry = (order: number, load: unknown): MockEntry => ({
    ...{ name: `m${order}`, order, protocol: "p", key: digestKey({ text: "a", shape: "s" }), destination: null },
    ...{ reuse: "once", startedAt: order, endedAt: order, load: () => load },
  });
  const counts = <T>(_mock: unknown, differences: T): T => differences;
  const mappings = [
    { test: "one", mocks: ["m1", "m2", "m3"].map((name) => ({ name, by: "exact" as const })) },
    { test: "two", mocks: [{ name: "m4", by: "exact" as const }] },
  ];
  const pools = createPools(
    [1, 2, 2, 9].map((at, index) => entry(index + 1, at)),
    { mappings, counts },
  );
  pools.run("one");
  const pool = pools.poolFor<number>("p", { host: "h", address: "10.0.0.1", port: 1 });
  const asked = (value: number) => pool.take({ ...ask("a"), distance: (held) => Math.abs(held - value) });
  expect([9, 1, 1].map(asked)).toMatchObject([{ mock: "m2" }, { mock: "m1" }, { mock: "m3" }]);
});
