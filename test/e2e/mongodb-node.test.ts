/** A Node service with MongoDB behind it, by its own driver and by Mongoose: recorded with the server up, replayed without. */
import { describe, expect } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { expectCaught, expectSound, expectWriteCaught, recordedService } from "../support/mongodb-turn.ts";
import { recordedOnce } from "../support/recorded-once.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/service-turn.ts";

const command = `exec node ${join(apps, "mongodb-node/service.mjs")}`;

describe.each(["mongodb", "mongoose"])("a service by %s", (driver) => {
  const service = recordedOnce((folder) => recordedService(folder, command, { env: { DRIVER: driver } }));

  rootTest("records what its clients saw", () => expectSound(service()));

  rootTest("replays green", async () => expectGreen(await service().replay(), service().count));

  rootTest("replays green by a pool of one, and by a large one", async () => {
    expectGreen(await service().replay({ POOL_SIZE: "1" }), service().count);
    expectGreen(await service().replay({ POOL_SIZE: "30" }), service().count);
  });

  rootTest("replays one test alone, by a program that has just started", async () => {
    const { code, report } = await service().replay({}, ["--test-case", "get-visits-3"]);
    expect([code, report.totals.passed]).toEqual([0, 1]);
  });

  rootTest("is caught", async () => await expectCaught(service()));

  rootTest("is caught by what it writes", async () => await expectWriteCaught(service()));
});
