import { expect, test } from "bun:test";
import { FormatError } from "../../src/core/errors.ts";
import type { MockEntry } from "../../src/core/mock-entry.ts";
import type { TestResult } from "../../src/core/run-result.ts";
import { askedOf } from "../../src/replay/asked.ts";
import { greenRun } from "../support/sample-run.ts";
import { toyProtocol as toy } from "../support/toy-protocol.ts";

const sample = greenRun.testSets[0]?.tests[0] as TestResult;
const result = (more: Partial<TestResult>): TestResult => ({ ...sample, served: [], unused: [], missed: [], ...more });

const mock = (name: string, load: () => unknown = () => ({ asked: `about ${name}`, answered: "" })): MockEntry => ({
  name,
  order: 0,
  protocol: toy.name,
  key: { digest: "", shape: "" },
  destination: null,
  reuse: "once",
  startedAt: 0,
  endedAt: 0,
  load,
});

const enough = { protocols: [toy], mostMs: 10_000 };

test("each mock that a result names has its request; what cannot be told is left out", () => {
  const missed = [{ protocol: toy.name, asked: "x", nearest: { mock: "nearest", differs: [] } }];
  const results = [result({ served: ["a", "b"] }), result({ unused: ["c", "gone", "edited"], missed })];
  const edited = mock("edited", () => {
    throw new FormatError("format.yaml", "mocks.yaml was changed while it was in use.", "mocks.yaml");
  });
  const foreign = { ...mock("b"), protocol: "another" };
  const mocks = [mock("a"), foreign, mock("c"), edited, mock("nearest"), mock("unnamed")];
  expect(askedOf(results, mocks, enough)).toEqual({ a: "about a", c: "about c", nearest: "about nearest" });
});

test("a long line is cut", () => {
  const mocks = [mock("a", () => ({ asked: "x".repeat(1000), answered: "" }))];
  expect(askedOf([result({ served: ["a"] })], mocks, enough)).toEqual({ a: `${"x".repeat(300)}…` });
});

test("where time is short, failed tests have theirs", () => {
  const slow = mock("a", () => {
    const until = performance.now() + 20;
    while (performance.now() < until);
    return { asked: "slow", answered: "" };
  });
  const results = [result({ served: ["b"] }), result({ status: "failed", served: ["a"] })];
  expect(askedOf(results, [mock("b"), slow], { protocols: [toy], mostMs: 10 })).toEqual({ a: "slow" });
});
