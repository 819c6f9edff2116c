/**
 * What a replayed server has to say and when: replies at once and in their order, what comes unasked when its time comes,
 * between replies.
 */
import type { Step } from "../../core/protocol.ts";
import type { RedisSpec } from "./spec.ts";
import { encode, type Value } from "./value.ts";

interface Due {
  readonly value: Value;
  readonly at: number;
}

/** Times are compared so finely: a clock may round what it was asked for. */
export const GRAIN_MS = 0.001;

export class Outbox {
  #replies: Value[] = [];
  #pushes: Due[] = [];

  say(value: Value): void {
    this.#replies.push(value);
  }

  /** Queues what is due at that time, in milliseconds since the epoch. */
  push(value: Value, at: number): void {
    this.#pushes.push({ value, at });
  }

  /** When the next push is due; `Infinity` where there is none. */
  get next(): number {
    return Math.min(Infinity, ...this.#pushes.map(({ at }) => at));
  }

  *due(now: number): Generator<Step<RedisSpec>> {
    const until = now + GRAIN_MS;
    const values = [...this.#replies, ...this.#pushes.filter(({ at }) => at <= until).map(({ value }) => value)];
    this.#replies = [];
    this.#pushes = this.#pushes.filter(({ at }) => at > until);
    for (const value of values) for (const bytes of encode(value)) yield { do: "send", bytes };
  }
}
