/** A Java service with MongoDB behind it, by the synchronous driver: recorded with the server up, replayed without it. */
import { afterAll, beforeAll, describe } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { classPath } from "../support/maven-jars.ts";
import {
  expectCaught,
  expectGreen,
  expectSound,
  expectWriteCaught,
  recordedService,
  type RecordedService,
} from "../support/mongodb-turn.ts";
import { rootTest } from "../support/root-test.ts";

describe("a service by the Java driver", () => {
  const folder = new Folder();
  let service: RecordedService;

  beforeAll(async () => {
    if (process.getuid?.() !== 0) return;
    const classes = await classPath(join(apps, "mongodb-java"));
    service = await recordedService(folder, `exec java -XX:TieredStopAtLevel=1 -cp '${classes}' Service`);
  }, 300_000);

  afterAll(() => folder[Symbol.dispose]());

  rootTest("records what its clients saw", () => expectSound(service));

  rootTest("replays green", async () => expectGreen(await service.replay(), service.count));

  rootTest("replays green by a pool of another size", async () =>
    expectGreen(await service.replay({ POOL_SIZE: "30" }), service.count),
  );

  rootTest("is caught", async () => await expectCaught(service));

  rootTest("is caught by what it writes", async () => await expectWriteCaught(service));
});
