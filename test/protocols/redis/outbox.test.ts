import { expect, test } from "bun:test";
import { Outbox } from "../../../src/protocols/redis/outbox.ts";
import { status } from "../../../src/protocols/redis/value.ts";

const due = (outbox: Outbox, now: number): string[] =>
  [...outbox.due(now)].map((step) => (step.do === "send" ? Buffer.from(step.bytes).toString().trim() : step.do));

test("replies go out in their order, what comes unasked when its time has come", () => {
  const outbox = new Outbox();
  expect(outbox.next).toBe(Infinity);
  outbox.say(status("a"));
  outbox.push(status("late"), 50);
  outbox.push(status("p"), 20);
  outbox.say(status("b"));
  expect([due(outbox, 0), outbox.next]).toEqual([["+a", "+b"], 20]);
  expect([due(outbox, 20), outbox.next]).toEqual([["+p"], 50]);
  expect([due(outbox, 60), outbox.next]).toEqual([["+late"], Infinity]);
});
