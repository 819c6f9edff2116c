import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { scheduleThread } from "../../src/target/scheduling.ts";

/** The policy of the main thread: field 41 of its stat, counted after the name. */
const policy = () =>
  Number(readFileSync(`/proc/self/task/${process.pid}/stat`, "latin1").split(") ").at(-1)?.split(" ")[38]);

test("a thread takes what is spare, and then its share again", () => {
  const before = policy();
  scheduleThread("spare");
  const spare = policy();
  scheduleThread("normal");
  expect([spare, policy()]).toEqual([5, 0]);
  expect([0, 5]).toContain(before);
});
