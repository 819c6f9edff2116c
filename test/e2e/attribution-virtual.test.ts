/**
 * A virtual thread for each request: its calls go out by whichever thread carries it at the moment. What is sent before
 * a carrier is known is told by what it holds.
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

rootTest.each([
  ["that ask themselves", ["/tickets", "/client"], 0.5],
  ["that leave it to others", ["/pooled"], 0],
] as const)(
  "calls of virtual threads %s, through a pool of five, are mapped right, and replay green",
  async (_, paths, exactly) => {
    using folder = new Folder();
    const words = `-XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "pg-java"))}' Tickets`;
    const command = `exec ${await recentJava()} ${words}`;
    const { calls, failed, replay } = await recordTickets(folder, {
      command,
      env: { VIRTUAL: "1" },
      paths,
    });
    expect(failed).toEqual([]);
    expect(rightness(calls).right).toBeGreaterThan(0.99);
    const exact = calls.filter(({ by }) => by === "exact");
    expect([exact.length >= calls.length * exactly, exact.filter(({ id, test }) => id !== test)]).toEqual([true, []]);
    expectGreen(await replay(), 200);
  },
  120_000,
);
