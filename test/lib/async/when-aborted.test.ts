import { expect, test } from "bun:test";
import { whenAborted } from "../../../src/lib/async/when-aborted.ts";

test("resolves with the abort, and at once where that has been", async () => {
  const controller = new AbortController();
  const early = whenAborted(controller.signal);
  expect(await Promise.race([early, Promise.resolve("pending")])).toBe("pending");
  controller.abort();
  expect([await early, await whenAborted(controller.signal)]).toEqual(["aborted", "aborted"]);
});
