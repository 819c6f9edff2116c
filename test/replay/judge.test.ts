import { expect, test } from "bun:test";
import type { Served } from "../../src/core/usage.ts";
import { judge, type Evidence } from "../../src/replay/judge.ts";

const served = (mock: string, more: Partial<Served> = {}): Served => ({
  mock,
  protocol: "postgres",
  certainty: "exact",
  from: "test",
  repeated: false,
  ...more,
});

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  name: "get-users-1",
  protocol: "http1",
  summary: "GET /users -> 200",
  startedAt: 0,
  durationMs: 2,
  differences: [],
  noise: [],
  usage: { served: [served("mock-1")], missed: [], unused: [] },
  recordedMocks: 1,
  failure: null,
  carried: [],
  ...more,
});

test("equal, nothing missed and something served is green", () => {
  expect(judge(evidence(), true)).toEqual({
    name: "get-users-1",
    protocol: "http1",
    summary: "GET /users -> 200",
    status: "passed",
    startedAt: "1970-01-01T00:00:00.000Z",
    durationMs: 2,
    differences: [],
    served: ["mock-1"],
    doubts: [],
    missed: [],
    unused: [],
    reason: null,
  });
});

test("an equal response with none of the recorded calls made proves nothing", () => {
  const result = judge(evidence({ usage: { served: [], missed: [], unused: ["mock-1"] } }), false);
  expect(result.status).toBe("failed");
  expect(result.reason).toContain("proves nothing");
});

test("what any test may be given is no proof", () => {
  const usage = { served: [served("begin", { from: "background" })], missed: [], unused: ["mock-1"] };
  const result = judge(evidence({ usage }), false);
  expect([result.status, result.reason]).toEqual([
    "failed",
    "The recording made a call for this test and the app made none of them: its answer proves nothing.",
  ]);
  const guessed = { served: [served("mock-7", { from: "overlap" })], missed: [], unused: ["mock-1"] };
  expect(judge(evidence({ usage: guessed }), false).status).toBe("passed");
});

test("an equal response after a missed call fails", () => {
  const miss = { protocol: "postgres", asked: "SELECT 1 [8]", nearest: null };
  const result = judge(evidence({ usage: { served: [served("mock-1")], missed: [miss], unused: [] } }), false);
  expect(result.status).toBe("failed");
  expect(result.missed).toEqual([miss]);
});

test("who asked for something else is not said to have asked for nothing", () => {
  const miss = { protocol: "postgres", asked: "SELECT 1 [8]", nearest: null };
  const result = judge(evidence({ usage: { served: [], missed: [miss], unused: ["mock-1"] } }), false);
  expect([result.status, result.reason]).toEqual(["failed", null]);
});

test("a recorded call that was not made is shown, and fails only under strict", () => {
  const usage = { served: [served("mock-1")], missed: [], unused: ["mock-2"] };
  expect(judge(evidence({ usage, recordedMocks: 2 }), false)).toMatchObject({ status: "passed", unused: ["mock-2"] });
  expect(judge(evidence({ usage, recordedMocks: 2 }), true)).toMatchObject({
    status: "failed",
    reason: "A recorded call was not made: mock-2 (--strict).",
  });
});

test("answers that were not exact, or whose owner was a guess, are doubts", () => {
  const usage = {
    served: [served("mock-1"), served("mock-2", { certainty: "similar" }), served("mock-3", { from: "overlap" })],
    missed: [],
    unused: [],
  };
  expect(judge(evidence({ usage }), false).doubts).toEqual([
    { mock: "mock-2", certainty: "similar", from: "test" },
    { mock: "mock-3", certainty: "exact", from: "overlap" },
  ]);
});

test("an answer on likeness is marked, and fails only under strict", () => {
  const usage = { served: [served("mock-1", { certainty: "similar" })], missed: [], unused: [] };
  expect(judge(evidence({ usage }), false)).toMatchObject({ status: "passed", doubts: [{ certainty: "similar" }] });
  expect(judge(evidence({ usage }), true)).toMatchObject({
    status: "failed",
    reason: "mock-1 answered a request that merely resembles its own (--strict).",
  });
});

test("values of earlier answers that were sent are told, and what did not count", () => {
  expect(judge(evidence({ carried: ["body.id of post-1"] }), false).carried).toEqual(["body.id of post-1"]);
  expect(judge(evidence({ noise: ["body.id"] }), false).noise).toEqual(["body.id"]);
  expect(judge(evidence(), false)).not.toHaveProperty("carried");
});
