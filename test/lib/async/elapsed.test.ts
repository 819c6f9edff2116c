import { expect, test } from "bun:test";
import { elapsed } from "../../../src/lib/async/elapsed.ts";

const forever = 2_000_000_000;

test("lasts as long as was asked", async () => {
  const from = performance.now();
  await elapsed(20, new AbortController().signal);
  expect(performance.now() - from).toBeGreaterThanOrEqual(19);
});

test("ends with the signal, at once if that has aborted before", async () => {
  await elapsed(forever, AbortSignal.abort());
  const controller = new AbortController();
  const waited = elapsed(forever, controller.signal);
  controller.abort();
  await waited;
});
