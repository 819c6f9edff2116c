import { expect, test } from "bun:test";
import { untilHealthy } from "../../src/replay/healthy.ts";

test("waits through failures until the first success", async () => {
  const statuses = [503, 404, 204];
  using server = Bun.serve({ port: 0, fetch: () => new Response(null, { status: statuses.shift() ?? 500 }) });
  expect(await untilHealthy(server.url.href, AbortSignal.timeout(5_000))).toBeNull();
  expect(statuses).toEqual([]);
});

test("says what it heard last when the time is over", async () => {
  const over = new AbortController();
  using server = Bun.serve({
    port: 0,
    fetch: () => {
      queueMicrotask(() => setTimeout(() => over.abort(), 20));
      return new Response(null, { status: 503 });
    },
  });
  expect(await untilHealthy(server.url.href, over.signal)).toBe("status 503");
});
