/**
 * What comes when its time has come and not when it is asked: a channel's messages, the answer to a command that waits.
 * Such a mock belongs to the test in which it came, so the pool is asked again and again; what it gives meanwhile is the
 * recorded silence, which `record-session.ts` keeps beside the answers for this.
 */
import type { Pool, Take } from "../../core/pool.ts";
import { differences } from "./differences.ts";
import { keyOf } from "./key.ts";
import type { RedisSpec } from "./spec.ts";

export class Expected {
  readonly #pool: Pool<RedisSpec>;
  readonly #asked: RedisSpec;
  /** Mocks that this connection has had: what is given twice is nothing that has just come. */
  readonly #seen = new Set<string>();
  #had = 0;
  #recorded: number | null = null;

  constructor(pool: Pool<RedisSpec>, asked: RedisSpec) {
    this.#pool = pool;
    this.#asked = asked;
  }

  /** The next answer that has come, `silence` while none has, or what the pool says where nothing was recorded. */
  next(): RedisSpec | "silence" | Extract<Take<RedisSpec>, { found: false }> {
    const key = keyOf(this.#asked);
    for (let isSilent = false; ; isSilent = true) {
      const differs = (recorded: RedisSpec) => differences(recorded, this.#asked);
      const take = this.#pool.take({ key, differs, similarity: null });
      if (!take.found) return isSilent ? "silence" : take;
      if (this.#seen.has(take.mock)) return "silence";
      this.#seen.add(take.mock);
      if (isSilence(take.spec)) continue;
      this.#had++;
      return take.spec;
    }
  }

  /** Whether more was recorded than came so far. */
  get isOver(): boolean {
    this.#recorded ??= this.#count((spec) => !isSilence(spec));
    return this.#had >= this.#recorded;
  }

  /** Whether the pool can say that nothing has come yet. */
  get knowsSilence(): boolean {
    return this.#count(isSilence) > 0;
  }

  #count(isCounted: (spec: RedisSpec) => boolean): number {
    const { text, shape } = keyOf(this.#asked);
    let count = 0;
    for (const spec of this.#pool.recall(shape)) if (isCounted(spec) && keyOf(spec).text === text) count++;
    return count;
  }
}

/** A wait in vain: without an end, till its time was over, or without a message. */
export function isSilence(spec: RedisSpec): boolean {
  if (spec.type === "pushes") return spec.pushes.length === 0;
  return spec.type === "command" && (spec.reply === null || spec.reply.type === "null");
}
