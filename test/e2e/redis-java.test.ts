/** A Java service with Redis behind it, by Jedis and by Lettuce: recorded with the server up, replayed without it. */
import { describe, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { classPath } from "../support/maven-jars.ts";
import { expectCaught, expectSound, recordedService } from "../support/redis-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

setDefaultTimeout(60_000);

describe.each(["jedis", "lettuce"])("a service by %s", (driver) => {
  const service = recordedOnce(async (folder) => {
    const command = `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "redis-java"))}' Service`;
    return await recordedService(folder, command, { env: { DRIVER: driver } });
  });

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

  rootTest("is caught", async () => await expectCaught(service(), { "another id": ["words[1]: item:7 -> item:8"] }));
});
