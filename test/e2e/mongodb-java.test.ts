/** A Java service with MongoDB behind it, by the synchronous driver: recorded with the server up, replayed without it. */
import { describe } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { classPath } from "../support/maven-jars.ts";
import { expectCaught, expectSound, expectWriteCaught, recordedService } from "../support/mongodb-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

describe("a service by the Java driver", () => {
  const service = recordedOnce(async (folder) => {
    const classes = await classPath(join(apps, "mongodb-java"));
    return await recordedService(folder, `exec java -XX:TieredStopAtLevel=1 -cp '${classes}' Service`);
  });

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

  rootTest("replays green by a pool of another size", async () =>
    expectGreen(await service().replay({ POOL_SIZE: "30" }), service().count),
  );

  rootTest("is caught", async () => await expectCaught(service()));

  rootTest("is caught by what it writes", async () => await expectWriteCaught(service()));
});
