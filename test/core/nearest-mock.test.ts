import { expect, test } from "bun:test";
import type { Difference } from "../../src/core/diff.ts";
import { type Item, Shelf } from "../../src/core/mock-lanes.ts";
import { nearestMock, type Search } from "../../src/core/nearest-mock.ts";

const changed = (path: string, expected: unknown, actual: unknown): Difference => ({
  path,
  expected,
  actual,
  change: "changed",
});

function shelfOf(specs: readonly (readonly number[])[], loads: { count: number }): Shelf {
  const shelf = new Shelf();
  for (const [order, spec] of specs.entries()) {
    const load = (): unknown => (loads.count++, spec);
    const key = { digest: String(spec), shape: "s" };
    const entry = { name: `m${order}`, order, key, protocol: "p", destination: null, reuse: "once" as const };
    const item: Item = {
      entry: { ...entry, startedAt: 0, endedAt: 0, load },
      owners: [],
      sure: false,
      isLikely: false,
      isCaused: false,
      used: false,
      usedBy: null,
    };
    shelf.add(item);
  }
  return shelf;
}

const numbers = (...asked: number[]) => ({
  key: { text: String(asked), shape: "s", asked: String(asked) },
  differs: (recorded: unknown) =>
    asked.flatMap((value, index) => {
      const held = (recorded as number[])[index];
      return held === value ? [] : [changed(`[${index}]`, held, value)];
    }),
  similarity: null,
});

const search = (shelf: Shelf, more: Partial<Search> = {}): Search => ({
  shelves: [shelf],
  elsewhere: [],
  running: null,
  digest: "?",
  destination: "db:1",
  counts: (_item, differences) => differences,
  ...more,
});

test("fewest differences win, noise not counted nor shown, and the lowest of equals", () => {
  const shelf = shelfOf(
    [
      [9, 9, 9],
      [1, 9, 9],
      [1, 2, 9],
      [1, 2, 8],
    ],
    { count: 0 },
  );
  expect(nearestMock(numbers(1, 2, 3), search(shelf))).toEqual({ mock: "m2", differs: ["[2]: 9 -> 3"] });
  const counts: Search["counts"] = (_item, differences) => differences.filter(({ path }) => path === "[0]");
  expect(nearestMock(numbers(5, 2, 3), search(shelf, { counts }))).toEqual({ mock: "m0", differs: ["[0]: 9 -> 5"] });
});

test("a miss parses a bounded number of mocks and shows a bounded number of fields", () => {
  const loads = { count: 0 };
  const wide = Array.from({ length: 40 }, () => 0);
  const shelf = shelfOf(
    Array.from({ length: 5_000 }, () => wide),
    loads,
  );
  const nearest = nearestMock(numbers(...wide.map(() => 1)), search(shelf));
  expect(loads.count).toBeLessThanOrEqual(200);
  expect(nearest?.differs.at(-1)).toBe("and 28 more");
});

test("nothing recorded at all is null", () => {
  expect(nearestMock(numbers(1), search(new Shelf()))).toBeNull();
});

test("an unused mock of the running test goes before the same request of another one", () => {
  const [mine, other] = [{ name: "mine" }, { name: "other" }];
  const shelf = new Shelf();
  const add = (order: number, spec: readonly number[], owner: { name: string }, used: boolean) => {
    const entry = { name: `m${order}`, order, key: { digest: String(spec), shape: "s" }, protocol: "p" };
    const times = { destination: null, reuse: "once" as const, startedAt: 0, endedAt: 0, load: () => spec };
    shelf.add({
      entry: { ...entry, ...times },
      owners: [owner],
      sure: true,
      isLikely: false,
      isCaused: false,
      used,
      usedBy: used ? owner : null,
    });
  };
  add(0, [7], mine, false);
  add(1, [8], other, false);
  add(2, [9], mine, true);
  const near = (asked: number) => nearestMock(numbers(asked), search(shelf, { running: mine, digest: String(asked) }));
  expect(near(8)).toEqual({ mock: "m0", differs: ["[0]: 7 -> 8"] });
  expect(near(9)).toEqual({ mock: "m2", differs: ["already served to test mine"] });
  const late = { running: { name: "late" }, digest: "8" };
  expect(nearestMock(numbers(8), search(shelf, late))).toEqual({ mock: "m1", differs: ["belongs to test other"] });
});
