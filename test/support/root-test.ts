/** A test that needs root and a kernel of our own; where root lacks it is skipped, and the reason is printed. */
import { test } from "bun:test";

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn("skipped: tests that start apps in cgroups and namespaces need root");

export const rootTest = test.skipIf(!isRoot);
