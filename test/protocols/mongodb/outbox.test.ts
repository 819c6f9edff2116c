import { expect, test } from "bun:test";
import type { Step } from "../../../src/core/protocol.ts";
import { Outbox } from "../../../src/protocols/mongodb/outbox.ts";
import { bson } from "./messages.ts";

const document = bson({ ok: 1 });
const asker = { requestId: 9, form: "message" } as const;

/** Number, what it answers, flags. */
const show = (steps: Iterable<Step<never>>) =>
  [...steps].map((step) => {
    if (step.do !== "send") return step.do === "wake" ? `wake ${step.afterMs}` : step.do;
    const head = Buffer.from(step.bytes);
    return [4, 8, 16].map((at) => head.readInt32LE(at)).join(" ");
  });

test("answers are numbered, and those of one question name each the one before", () => {
  const outbox = new Outbox();
  expect(show(outbox.say(asker, [{ flags: 2, document }, { flags: 0, document }]))).toEqual(["1 9 2", "2 1 0"]); // prettier-ignore
});

test("what is due later is said then; heartbeats come again and again", () => {
  const outbox = new Outbox();
  const answers = [{ flags: 0, document }];
  expect(show(outbox.later({ at: 100, asker, answers, repeats: { times: 1, everyMs: 50 } }, 0))).toEqual(["wake 100"]);
  expect(show(outbox.wake(98))).toEqual(["wake 2"]);
  // A timer that is rounded may come a moment early.
  expect(show(outbox.wake(99.75))).toEqual(["1 9 2", "wake 50"]);
  expect(show(outbox.wake(150))).toEqual(["2 1 0"]);
});
