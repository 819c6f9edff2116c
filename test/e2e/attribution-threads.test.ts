/** Services of threads under many requests at a time: which thread caused which call. */
import { expect } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { classPath } from "../support/maven-jars.ts";
import { expectGreen } from "../support/postgres-turn.ts";
import { pythonWith } from "../support/python-venv.ts";
import { rootTest } from "../support/root-test.ts";
import { recordTickets, rightness } from "../support/tickets-turn.ts";

const python = async () => {
  const interpreter = await pythonWith(join(apps, "pg-python/requirements.txt"));
  return `exec ${interpreter} ${join(apps, "attribution/tickets.py")}`;
};
const java = async () => `exec java -XX:TieredStopAtLevel=1 -cp '${await classPath(join(apps, "pg-java"))}' Tickets`;

rootTest.each([
  ["a Python thread for each request", python, ["/tickets"]],
  ["Python threads that start threads", python, ["/children", "/client"]],
  ["a pool of Java threads", java, ["/tickets", "/client"]],
] as const)(
  "%s: every call is its request's, exactly, and replays green",
  async (_, command, paths) => {
    using folder = new Folder();
    const { calls, failed, replay } = await recordTickets(folder, { command: await command(), paths });
    expect(failed).toEqual([]);
    expect(calls.filter(({ id, test, by }) => id === null || id !== test || by !== "exact")).toEqual([]);
    expectGreen(await replay(), 200);
  },
  120_000,
);

rootTest.each([
  ["Python", python],
  ["Java", java],
] as const)(
  "polls in %s, by one thread and by another each time, are in no test's mapping",
  async (_, command) => {
    using folder = new Folder();
    const turn = { command: await command(), env: { POLL: "1" }, paths: ["/tickets", "/client"], polls: 3 };
    const { calls, failed, replay } = await recordTickets(folder, turn);
    expect(failed).toEqual([]);
    const polls = calls.filter(({ asked }) => /\/(rates|metrics)/.test(asked));
    expect(polls.length).toBeGreaterThan(10);
    expect(polls.filter(({ test }) => test !== null)).toEqual([]);
    expect(rightness(calls)).toEqual({ right: 1, wrong: [] });
    expectGreen(await replay(), 200);
  },
  120_000,
);
