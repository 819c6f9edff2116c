import { expect, test } from "bun:test";
import type { MockEntry } from "../../src/core/mock-entry.ts";
import { Bucket, type Item, type Owner, SHARED, Shelf, UNSURE } from "../../src/core/mock-lanes.ts";

const [ann, bob]: [Owner, Owner] = [{ name: "ann" }, { name: "bob" }];

function item(order: number, owners: readonly Owner[], sure: boolean, reuse: MockEntry["reuse"] = "once"): Item {
  const key = { digest: `k${order % 3}`, shape: "s" };
  const times = { startedAt: 0, endedAt: 0, destination: null, protocol: "p", load: () => order };
  return {
    entry: { name: `m${order}`, order, key, reuse, ...times },
    owners,
    sure,
    isLikely: false,
    isCaused: false,
    used: false,
    usedBy: null,
  };
}

const orders = (items: Iterable<Item>): number[] => [...items].map(({ entry }) => entry.order);

test("lanes are the same for small buckets, which are scanned, and for large ones", () => {
  for (const copies of [1, 10]) {
    const bucket = new Bucket();
    for (let copy = 0; copy < copies; copy++) {
      bucket.add(item(copy * 10 + 1, [ann], true));
      bucket.add(item(copy * 10 + 2, [bob], false));
      bucket.add(item(copy * 10 + 3, [], false));
      bucket.add(item(copy * 10 + 4, [ann], true, "repeat"));
      bucket.add(item(copy * 10 + 5, [ann, bob], false));
    }
    expect(orders(bucket.of(ann)).slice(0, 3)).toEqual([1, 4, 5]);
    expect(orders(bucket.of(bob)).slice(0, 2)).toEqual([2, 5]);
    expect(orders(bucket.of(SHARED)).slice(0, 2)).toEqual([3, 4]);
    expect(orders(bucket.of(UNSURE)).slice(0, 2)).toEqual([2, 5]);
    for (const used of bucket.of(ann).slice(0, 2)) used.used = true;
    expect(bucket.first(ann)?.entry.order).toBe(5);
    expect(orders(bucket.unused(SHARED))[0]).toBe(3);
    expect(bucket.first({ name: "stranger" })).toBeUndefined();
  }
});

test("a shelf finds by key and by shape", () => {
  const shelf = new Shelf();
  for (let order = 0; order < 7; order++) shelf.add(item(order, [], false));
  expect(orders(shelf.withKey("k0")?.items ?? [])).toEqual([0, 3, 6]);
  expect(orders(shelf.withKey("k1")?.items ?? [])).toEqual([1, 4]);
  expect(shelf.withKey("k9")).toBeUndefined();
  expect(orders(shelf.byShape.get("s")?.items ?? [])).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("the last one used is the one before the first that is not", () => {
  for (const count of [5, 50]) {
    const bucket = new Bucket();
    for (let order = 0; order < count; order++) bucket.add(item(order, [], false, "repeat"));
    expect(bucket.lastUsed(SHARED)).toBeUndefined();
    for (const used of bucket.items.slice(0, 3)) used.used = true;
    expect(bucket.lastUsed(SHARED)?.entry.order).toBe(2);
    for (const used of bucket.items) used.used = true;
    expect(bucket.lastUsed(SHARED)?.entry.order).toBe(count - 1);
  }
});
