/**
 * A virtual thread for each request: its calls go out by whichever thread carries it at the moment, so that they are told
 * by what they hold. Nothing is exact, and all replays green.
 */
import { expect } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { classPath } from "../support/maven-jars.ts";
import { expectGreen } from "../support/postgres-turn.ts";
import { recentJava } from "../support/recent-java.ts";
import { rootTest } from "../support/root-test.ts";
import { recordTickets, rightness } from "../support/tickets-turn.ts";

rootTest(
  "calls of virtual threads through a pool of five are mapped right, and replay green",
  async () => {
    using folder = new Folder();
    const words = `-XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "pg-java"))}' Tickets`;
    const command = `exec ${await recentJava()} ${words}`;
    const { calls, failed, replay } = await recordTickets(folder, {
      command,
      env: { VIRTUAL: "1" },
      paths: ["/tickets", "/client"],
    });
    expect(failed).toEqual([]);
    // Two or three of 600: numbers that stand everywhere, such as an id of 1.
    expect(rightness(calls).right).toBeGreaterThan(0.99);
    expect(calls.filter(({ by }) => by === "exact")).toEqual([]);
    expectGreen(await replay(), 200);
  },
  120_000,
);
