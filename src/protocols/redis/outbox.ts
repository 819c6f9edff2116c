/**
 * What a replayed server has to say and when. Replies keep their order: one that is due later holds up those behind it, as
 * a command that waits holds up its connection. What comes unasked is sent when its time comes, between replies.
 */
import type { Step } from "../../core/protocol.ts";
import type { RedisSpec } from "./spec.ts";
import { encode, type Value } from "./value.ts";

interface Due {
  readonly value: Value;
  readonly at: number;
}

export class Outbox {
  #replies: Due[] = [];
  #pushes: Due[] = [];

  /** Queues a reply that is due at that time, in milliseconds since the epoch. */
  say(value: Value, at: number): void {
    this.#replies.push({ value, at });
  }

  push(value: Value, at: number): void {
    this.#pushes.push({ value, at });
  }

  /** Sends what is due, and asks to be woken for what is not. */
  *due(now: number): Generator<Step<RedisSpec>> {
    let ready = this.#replies.findIndex(({ at }) => at > now);
    if (ready < 0) ready = this.#replies.length;
    const sent = this.#replies.slice(0, ready);
    this.#replies = this.#replies.slice(ready);
    const pushed = this.#pushes.filter(({ at }) => at <= now);
    this.#pushes = this.#pushes.filter(({ at }) => at > now);
    for (const { value } of [...sent, ...pushed]) {
      for (const bytes of encode(value)) yield { do: "send", bytes };
    }
    const next = Math.min(this.#replies[0]?.at ?? Infinity, ...this.#pushes.map(({ at }) => at));
    if (next !== Infinity) yield { do: "wake", afterMs: Math.max(0, next - now) };
  }
}
