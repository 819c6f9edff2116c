/** A Node service with MongoDB behind it, by its own driver and by Mongoose: recorded with the server up, replayed without. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import {
  expectCaught,
  expectGreen,
  expectSound,
  expectWriteCaught,
  recordedService,
  type RecordedService,
} from "../support/mongodb-turn.ts";
import { rootTest } from "../support/root-test.ts";

const command = `exec node ${join(apps, "mongodb-node/service.mjs")}`;

describe.each(["mongodb", "mongoose"])("a service by %s", (driver) => {
  const folder = new Folder();
  let service: RecordedService;

  beforeAll(async () => {
    if (process.getuid?.() !== 0) return;
    service = await recordedService(folder, command, { env: { DRIVER: driver } });
  }, 300_000);

  afterAll(() => folder[Symbol.dispose]());

  rootTest("records what its clients saw", () => expectSound(service));

  rootTest("replays green", async () => expectGreen(await service.replay(), service.count));

  rootTest("replays green by a pool of one, and by a large one", async () => {
    expectGreen(await service.replay({ POOL_SIZE: "1" }), service.count);
    expectGreen(await service.replay({ POOL_SIZE: "30" }), service.count);
  });

  rootTest("replays one test alone, by a program that has just started", async () => {
    const { code, report } = await service.replay({}, ["--test-case", "get-visits-3"]);
    expect([code, report.totals.passed]).toEqual([0, 1]);
  });

  rootTest("is caught", async () => await expectCaught(service));

  rootTest("is caught by what it writes", async () => await expectWriteCaught(service));
});
