import { availableParallelism } from "node:os";
import { expect, test } from "bun:test";
import { Pace, type Processors } from "../../src/record/pace.ts";

/** Works as long as that, on the processor. */
function work(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

/** A machine on which everybody but us keeps that many processors busy. */
function machine(busy: number): () => Processors {
  const count = availableParallelism();
  const from = performance.now();
  return () => {
    const passed = performance.now() - from;
    const { user, system } = process.cpuUsage();
    return { busy: busy * passed + (user + system) / 1000, total: count * passed };
  };
}

/** Milliseconds from work to the next turn; looks around beforehand. */
async function restAfterWork(pace: Pace): Promise<number> {
  work(210);
  await pace.turn();
  work(2);
  const from = performance.now();
  await pace.turn();
  return performance.now() - from;
}

test("a short piece of work needs no rest", () => {
  const pace = new Pace(new AbortController().signal, machine(0));
  pace.resume();
  expect(pace.turn()).toBeNull();
});

test("where processors are free, the rest is a turn of the loop", async () => {
  // Others on this machine may hold up one turn, or several, but not each.
  let least = Infinity;
  for (let i = 0; i < 20 && least >= 40; i++) {
    least = Math.min(least, await restAfterWork(new Pace(new AbortController().signal, machine(0))));
  }
  expect(least).toBeLessThan(40);
});

test("beside a busy app, the rest is many times the work", async () => {
  const busy = machine(availableParallelism());
  expect(await restAfterWork(new Pace(new AbortController().signal, busy))).toBeGreaterThan(40);
});

test("a machine that tells nothing of itself is taken for busy", async () => {
  expect(await restAfterWork(new Pace(new AbortController().signal, () => null))).toBeGreaterThan(40);
});

test("a release ends the rest at once, and all that follow", async () => {
  const released = new AbortController();
  const pace = new Pace(released.signal, machine(availableParallelism()));
  work(30);
  const rest = pace.turn();
  const from = performance.now();
  released.abort();
  await rest;
  work(2);
  await pace.turn();
  expect(performance.now() - from).toBeLessThan(100);
});
