import { expect, test } from "bun:test";
import { type Listening, waitForPorts } from "../../src/target/ready.ts";

/** Ports that a test opens and closes, and how many wait for it. */
class Ports implements Listening {
  readonly #open = new Set<number>();
  readonly #waiting = new Set<() => void>();

  ports = () => this.#open;

  subscribe(changed: () => void): () => void {
    this.#waiting.add(changed);
    return () => void this.#waiting.delete(changed);
  }

  open(port: number): void {
    this.#open.add(port);
    for (const changed of this.#waiting) changed();
  }

  close(port: number): void {
    this.#open.delete(port);
    for (const changed of this.#waiting) changed();
  }

  get waiting(): number {
    return this.#waiting.size;
  }
}

const never = new Promise<never>(() => {});

test("ready when the last of the wanted ports is open, and all are at once", async () => {
  const listening = new Ports();
  let isReady = false;
  const waiting = waitForPorts({ ports: [80, 81], listening, exited: never, mostMs: 60_000 });
  void waiting.then(() => (isReady = true));
  listening.open(80);
  listening.close(80);
  listening.open(81);
  await Promise.resolve();
  expect(isReady).toBe(false);
  listening.open(80);
  expect(await waiting).toEqual({ state: "ready" });
  expect(listening.waiting).toBe(0);
});

test("ready at once when the ports are open already, or none is wanted", async () => {
  const listening = new Ports();
  listening.open(80);
  expect(await waitForPorts({ ports: [80], listening, exited: never, mostMs: 60_000 })).toEqual({ state: "ready" });
  expect(await waitForPorts({ ports: [], listening, exited: never, mostMs: 60_000 })).toEqual({ state: "ready" });
  expect(listening.waiting).toBe(0);
});

test("an app that ends says how, and what was missing", async () => {
  const listening = new Ports();
  listening.open(80);
  const exit = { code: 1, signal: null };
  const exited = Promise.resolve(exit);
  const readiness = await waitForPorts({ ports: [80, 81, 82], listening, exited, mostMs: 60_000 });
  expect(readiness).toEqual({ state: "exited", exit, missing: [81, 82] });
  expect(listening.waiting).toBe(0);
});

test("an app that never listens is given up on", async () => {
  const listening = new Ports();
  const readiness = await waitForPorts({ ports: [80], listening, exited: never, mostMs: 1 });
  expect(readiness).toEqual({ state: "timeout", missing: [80] });
  expect(listening.waiting).toBe(0);
});
