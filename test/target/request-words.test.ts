/** Against Node itself, with the shim loaded. */
import { expect } from "bun:test";
import { join } from "node:path";
import { readdirSync } from "node:fs";
import { findRequestWords } from "../../src/target/request-words.ts";
import { Running } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

const shim = join(import.meta.dir, "../../src/target/shims/node.cjs");
const program = `
  const { Worker, isMainThread } = require("node:worker_threads");
  if (isMainThread) new Worker(process.argv[1], { eval: false }).on("message", () => console.log("both run"));
  else require("node:worker_threads").parentPort.postMessage("");
  setInterval(() => {}, 1000);`;

rootTest("every thread of a program with the shim is found, and of one without it none", async () => {
  const file = join(import.meta.dir, "../../dist/test-apps/threads.cjs");
  await Bun.write(file, program);
  await using running = new Running(["node", "--require", shim, file]);
  await running.line(/both run/);
  const found = await findRequestWords(running.pid);
  const threads = readdirSync(`/proc/${running.pid}/task`).map(Number);
  expect(found).toHaveLength(2);
  expect(threads).toEqual(expect.arrayContaining(found.map(({ thread }) => thread)));
  expect(new Set(found.map(({ address }) => address)).size).toBe(2);
  expect(await findRequestWords(process.pid)).toEqual([]);
  expect(await findRequestWords(2 ** 22 + 1)).toEqual([]);
});
