import { expect, test } from "bun:test";
import { Outbox } from "../../../src/protocols/redis/outbox.ts";
import { status } from "../../../src/protocols/redis/value.ts";

const due = (outbox: Outbox, now: number): string[] =>
  [...outbox.due(now)].map((step) => {
    if (step.do === "send") return Buffer.from(step.bytes).toString().trim();
    return step.do === "wake" ? `wake ${step.afterMs}` : step.do;
  });

test("a reply that is due later holds up those behind it; what comes unasked does not wait", () => {
  const outbox = new Outbox();
  outbox.say(status("a"), 0);
  outbox.say(status("b"), 100);
  outbox.say(status("c"), 0);
  outbox.push(status("p"), 50);
  expect(due(outbox, 0)).toEqual(["+a", "wake 50"]);
  expect(due(outbox, 50)).toEqual(["+p", "wake 50"]);
  expect(due(outbox, 100)).toEqual(["+b", "+c"]);
});
