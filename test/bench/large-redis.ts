/** Redis with the Go service of test/apps before it: pipelines of a thousand commands, eighty megabytes both ways. */
import { goProgram } from "../support/apps.ts";
import { startRedis } from "../support/redis-server.ts";
import type { LargeCase } from "./large.ts";

export const largeRedis: LargeCase = {
  name: "Redis, twenty pipelines of 1,000 commands",
  paths: ["/pipelines/1", "/pipelines/20"],
  mostMegabytes: 400,
  start: async (_place, held) => {
    const server = held.use(await startRedis());
    return {
      name: largeRedis.name,
      command: `exec ${goProgram("redis-go/service")}`,
      dependencyPort: server.port,
      env: (port, behind) => ({
        PORT: String(port),
        POOL_SIZE: "2",
        PROTOCOL: "3",
        REDIS_URL: `redis://:secret@127.0.0.1:${behind}`,
      }),
    };
  },
};
