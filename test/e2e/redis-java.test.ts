/** A Java service with Redis behind it, by Jedis and by Lettuce: recorded with the server up, replayed without it. */
import { afterAll, beforeAll, describe, setDefaultTimeout } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { classPath } from "../support/maven-jars.ts";
import {
  expectCaught,
  expectGreen,
  expectSound,
  recordedService,
  type RecordedService,
} from "../support/redis-turn.ts";
import { rootTest } from "../support/root-test.ts";

setDefaultTimeout(60_000);

describe.each(["jedis", "lettuce"])("a service by %s", (driver) => {
  const folder = new Folder();
  let service: RecordedService;

  beforeAll(async () => {
    if (process.getuid?.() !== 0) return;
    const command = `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "redis-java"))}' Service`;
    service = await recordedService(folder, command, { env: { DRIVER: driver } });
  }, 300_000);

  afterAll(() => folder[Symbol.dispose]());

  rootTest("records what its clients saw", () => expectSound(service));

  rootTest("replays green", async () => expectGreen(await service.replay(), service.count));

  rootTest("is caught", async () => await expectCaught(service, { "another id": ["words[1]: item:7 -> item:8"] }));
});
