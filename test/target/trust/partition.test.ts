import { expect, test } from "bun:test";
import { partition } from "../../../src/target/trust/partition.ts";
import { pemOf } from "../../../src/target/trust/certificates.ts";

const der = (text: string) => new TextEncoder().encode(text);

test("roots that the same bundles hold are one store, and those that most hold come first", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map(der) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const stores = partition([
    { name: "system", roots: [a, b, b] },
    { name: "company", roots: [b, c] },
    { name: "partner", roots: [d] },
  ]);
  expect(stores).toEqual([
    { name: "system and company", roots: [pemOf(b)], bundles: [0, 1] },
    { name: "system", roots: [pemOf(a)], bundles: [0] },
    { name: "company", roots: [pemOf(c)], bundles: [1] },
    { name: "partner", roots: [pemOf(d)], bundles: [2] },
  ]);
});

test("a machine without roots has a store all the same", () => {
  expect(partition([{ name: "system", roots: [] }])).toEqual([{ name: "system", roots: [], bundles: [0] }]);
});
