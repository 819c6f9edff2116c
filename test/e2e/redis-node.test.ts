/** A Node service with Redis behind it, by ioredis and by node-redis: recorded with the server up, replayed without it. */
import { describe, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { expectCaught, expectSound, recordedService } from "../support/redis-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

setDefaultTimeout(60_000);

const command = `exec node ${join(apps, "redis-node/service.mjs")}`;

describe.each([
  ["ioredis", "2", "hgetall"],
  ["redis", "3", "HGETALL"],
])("a service by %s in RESP%s", (driver, version, hash) => {
  const service = recordedOnce((folder) =>
    recordedService(folder, command, { env: { DRIVER: driver, PROTOCOL: version } }),
  );

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

  rootTest(
    "is caught",
    async () =>
      await expectCaught(service(), {
        "another id": ["words[1]: item:7 -> item:8"],
        "other command": [`words[0]: ${hash} -> HGET`, "words[2]: (absent) -> name"],
      }),
  );
});
