/** A Node service under many requests at a time: its event loop says for which request it runs. */
import { expect } from "bun:test";
import { join } from "node:path";
import { apps } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { expectGreen } from "../support/postgres-turn.ts";
import { rootTest } from "../support/root-test.ts";
import { recordTickets, rightness } from "../support/tickets-turn.ts";

const command = `exec node ${join(apps, "attribution/tickets.mjs")}`;

rootTest.each([
  ["pg's Pool", ["/tickets"]],
  ["pg by transactions and callbacks", ["/transaction"]],
  ["http.Agent and fetch", ["/client", "/fetch"]],
])(
  "%s: every call is its request's, exactly, and replays green",
  async (_, paths) => {
    using folder = new Folder();
    const { calls, failed, replay } = await recordTickets(folder, { command, paths });
    expect(failed).toEqual([]);
    const carrying = calls.filter(({ asked }) => !/^(BEGIN|COMMIT)/.test(asked));
    expect(carrying.filter(({ id, test, by }) => id === null || id !== test || by !== "exact")).toEqual([]);
    expectGreen(await replay(), 200);
  },
  60_000,
);

rootTest(
  "polls meanwhile are in no test's mapping, and NODE_OPTIONS keep what they hold",
  async () => {
    using folder = new Folder();
    const env = { POLL: "1", NODE_OPTIONS: "--max-http-header-size=20000" };
    const { calls, failed, replay } = await recordTickets(folder, {
      command,
      env,
      paths: ["/tickets", "/fetch"],
      polls: 3,
    });
    expect(failed).toEqual([]);
    const polls = calls.filter(({ asked }) => /\/(rates|metrics)/.test(asked));
    expect(polls.length).toBeGreaterThan(10);
    expect(polls.filter(({ test }) => test !== null)).toEqual([]);
    expect(rightness(calls)).toEqual({ right: 1, wrong: [] });
    expectGreen(await replay(), 200);
  },
  60_000,
);
