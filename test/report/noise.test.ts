import { expect, test } from "bun:test";
import { type NoiseReport, printLearned, printRed, replayOf } from "../../src/report/noise.ts";
import { skip } from "../../src/replay/judge.ts";

const report: NoiseReport = {
  testSet: "test-set-0",
  playings: 3,
  learned: [
    { kind: "test", name: "get-a-1", path: "body.id", matcher: "uuid", reason: "uuid" },
    { kind: "mock", name: "mock-12", path: "body.n", matcher: null, reason: "varies" },
  ],
  replay: null,
  ended: null,
};

test("a table of what was learned", () => {
  expect(printLearned(report).split("\n")).toEqual([
    "Played 3 times; what differs each time is noise and no longer counts:",
    "  test or mock  path     must be  why",
    "  get-a-1       body.id  uuid     uuid",
    "  mock-12       body.n   any      varies",
  ]);
  expect(printLearned({ ...report, learned: [] })).toBe("");
});

test("long and many rows are cut", () => {
  const [one] = report.learned;
  const many = Array.from({ length: 50 }, () => ({
    ...(one ?? expect.unreachable()),
    matcher: `like ${"x\n".repeat(99)}`,
  }));
  const lines = printLearned({ ...report, learned: many }).split("\n");
  expect([lines.length, lines.at(-1)]).toEqual([43, "  and 10 more, in the files"]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(120);
});

test("why a set is not green", () => {
  const difference = { path: "body.n", expected: 1, actual: 2, change: "changed" } as const;
  const failed = { ...skip("get-a-1", ""), status: "failed" as const, reason: null, differences: [difference] };
  const last = { name: "s", verdict: "failed", startedAt: "", endedAt: "", tests: [failed], missed: [], asked: {}, notes: [], reason: null } as const; // prettier-ignore
  const replay = replayOf(last);
  expect([replay?.isGreen, replay?.passed, replay?.tests]).toEqual([false, 0, 1]);
  expect(printRed({ ...report, replay })).toBe(
    "  get-a-1: differs each time in the same way, which noise does not\n    body.n: 1 -> 2",
  );
  expect(replayOf(null)).toBeNull();
});
