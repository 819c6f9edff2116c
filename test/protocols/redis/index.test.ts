import { expect, test } from "bun:test";
import { redis } from "../../../src/protocols/redis/index.ts";

test("every kind that it writes is its own", () => {
  expect(redis.kinds).toEqual(["RedisCommand", "RedisTransaction", "RedisSubscription", "RedisPushes", "RedisHello"]);
});
