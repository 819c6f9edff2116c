/** What a Redis client waits for as what the pool is asked for: a command that waits, or a channel. */
import { Awaited } from "../../core/awaited.ts";
import type { Pool } from "../../core/pool.ts";
import { differences } from "./differences.ts";
import { keyOf } from "./key.ts";
import type { RedisSpec } from "./spec.ts";

/** `asked` is the request of what is to come, without an answer. */
export function expected(pool: Pool<RedisSpec>, asked: RedisSpec): Awaited<RedisSpec> {
  const differs = (recorded: RedisSpec) => differences(recorded, asked);
  return new Awaited(pool, { ask: { key: keyOf(asked), differs, similarity: null }, keyOf, isSilence });
}

/** A wait in vain: without an end, till its time was over, or without a message. */
export function isSilence(spec: RedisSpec): boolean {
  if (spec.type === "pushes") return spec.pushes.length === 0;
  return spec.type === "command" && (spec.reply === null || spec.reply.type === "null");
}
