/**
 * Calls that the app makes after it has answered: an audit row, a metric. The test waits for those that were recorded for
 * it, a bounded time, so that they count for it and not for the next.
 */
import type { Pools } from "../core/memory-pool.ts";

/** Resolves when all of the test's mocks were asked for, or after `mostMs`. */
export function trailingCalls(pools: Pools, test: string, mostMs: number): Promise<void> {
  if (pools.pending(test) === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      pools.onServed(() => {});
      resolve();
    };
    const timer = setTimeout(done, mostMs);
    pools.onServed(() => {
      if (pools.pending(test) === 0) done();
    });
  });
}
