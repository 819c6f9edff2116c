/** Where another thread asks than the one that reads the request: nothing is exact, and all replays green. */
import { expect } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { classPath } from "../support/maven-jars.ts";
import { expectGreen } from "../support/postgres-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { recordTickets, rightness } from "../support/tickets-turn.ts";

rootTest(
  "calls that a pool's threads make for others are told by what they hold",
  async () => {
    using folder = new Folder();
    const command = `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "pg-java"))}' Tickets`;
    const { calls, failed, replay } = await recordTickets(folder, { command, paths: ["/pooled"] });
    expect(failed).toEqual([]);
    expect(rightness(calls).right).toBeGreaterThan(0.95);
    expect(calls.filter(({ id, test, by }) => by === "exact" && id !== test)).toEqual([]);
    expectGreen(await replay(), 200);
  },
  120_000,
);
