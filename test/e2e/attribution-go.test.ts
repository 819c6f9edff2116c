/** A Go service under many requests at a time: which goroutine caused which call, by its own runtime's word. */
import { expect } from "bun:test";
import { goProgram } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { rootTest } from "../support/root-test.ts";
import { expectGreen } from "../support/postgres-turn.ts";
import { recordTickets, rightness } from "../support/tickets-turn.ts";

const command = () => `exec ${goProgram("pg-go/tickets")}`;

rootTest.each([
  ["handlers that ask themselves", "/tickets"],
  ["goroutines of goroutines", "/children"],
  ["calls by the HTTP client, whose connections have writers of their own", "/client"],
])(
  "%s: every call is its request's, exactly, and replays green",
  async (_, path) => {
    using folder = new Folder();
    const { calls, failed, replay } = await recordTickets(folder, { command: command(), paths: [path] });
    expect(failed).toEqual([]);
    expect(calls.filter(({ id, test, by }) => id === null || id !== test || by !== "exact")).toEqual([]);
    expectGreen(await replay(), 200);
  },
  60_000,
);

rootTest(
  "what goes on behind the answer is its request's, though perhaps not exactly",
  async () => {
    using folder = new Folder();
    const { calls, failed, replay } = await recordTickets(folder, { command: command(), paths: ["/audited"] });
    expect([failed, rightness(calls)]).toEqual([[], { right: 1, wrong: [] }]);
    expect(calls.filter(({ asked }) => asked.includes("audited"))).toHaveLength(200);
    expectGreen(await replay(), 200);
  },
  60_000,
);

rootTest(
  "polls and metrics meanwhile are in no test's mapping",
  async () => {
    using folder = new Folder();
    const turn = { command: command(), env: { POLL: "1" }, paths: ["/tickets", "/client"], polls: 3 };
    const { calls, failed, replay } = await recordTickets(folder, turn);
    expect(failed).toEqual([]);
    const polls = calls.filter(({ asked }) => /\/(rates|metrics)/.test(asked));
    expect(polls.length).toBeGreaterThan(10);
    expect(polls.filter(({ test }) => test !== null)).toEqual([]);
    expect(rightness(calls)).toEqual({ right: 1, wrong: [] });
    expectGreen(await replay(), 200);
  },
  60_000,
);
