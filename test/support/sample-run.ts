/** A run with one of everything that a report must be able to show, hostile text included. */
import { type RunResult, type TestResult, totalsOf } from "../../src/core/run-result.ts";

const green = (name: string, summary: string, served: readonly string[]): TestResult => ({
  name,
  protocol: "http1",
  summary,
  status: "passed",
  startedAt: "2026-01-02T03:04:05.000Z",
  durationMs: 2.4,
  differences: [],
  served,
  doubts: [],
  missed: [],
  unused: [],
  reason: null,
});

const tests: readonly TestResult[] = [
  green("get-users-1", "GET /users?page=1 -> 200", ["mock-0", "mock-1"]),
  {
    ...green("get-users-by-id-1", "GET /users/7 -> 200", ["mock-3"]),
    status: "failed",
    differences: [
      { path: "body.name", expected: "Ann", actual: "Bob", change: "changed" },
      { path: "body.age", expected: 41, actual: "41", change: "retyped" },
      { path: "body.email", expected: "ann@example.com", change: "missing" },
      { path: "body.tags[2]", actual: { id: 9n, raw: new Uint8Array([0, 255]) }, change: "added" },
    ],
    doubts: [{ mock: "mock-3", certainty: "similar", from: "overlap" }],
  },
  {
    ...green("post-orders-1", "POST /orders -> 201", []),
    status: "failed",
    durationMs: 1234,
    missed: [
      {
        protocol: "postgres",
        asked: "SELECT id, name FROM users WHERE id = $1 [8]",
        nearest: { mock: "mock-3", differs: ["parameters[0]: 7 -> 8"] },
      },
      { protocol: "http1", asked: "GET api.test/stock/8", nearest: null },
      { protocol: "dns", asked: "A api.test", nearest: { mock: "mock-9", differs: [] } },
    ],
    unused: ["mock-4"],
    reason: null,
  },
  {
    ...green("get-hostile-1", `GET /<script>alert("1")</script>?a=1&b='2' -> 200`, []),
    status: "failed",
    reason: "The app closed the connection \u0000 in the middle: ]]> <b>bold</b>",
    differences: [
      {
        path: "body",
        expected: "line one\nline two\u0001",
        actual: "</script><img src=x onerror=alert(1)>",
        change: "changed",
      },
    ],
  },
  { ...green("get-slow-1", "GET /slow -> 200", []), status: "skipped", reason: "The run was interrupted." },
];

const testSets = [
  {
    name: "test-set-0",
    verdict: "failed",
    startedAt: "2026-01-02T03:04:05.000Z",
    endedAt: "2026-01-02T03:04:06.500Z",
    tests,
    missed: [{ protocol: "redis", asked: "GET session:1", nearest: null }],
    asked: {
      "mock-0": "SELECT count(*) FROM users",
      "mock-1": "SELECT id, name FROM users ORDER BY id LIMIT $1 [20]",
      "mock-3": "SELECT id, name FROM users WHERE id = $1 [7]",
      "mock-4": "INSERT INTO orders (id) VALUES ($1) [1]",
    },
    notes: ["The connection to 10.0.0.7:443 is TLS and was not read."],
    reason: null,
  },
  {
    name: "test-set-1",
    verdict: "error",
    startedAt: "2026-01-02T03:04:07.000Z",
    endedAt: "2026-01-02T03:04:08.000Z",
    tests: [],
    missed: [],
    asked: {},
    notes: [],
    reason: "The app ended with exit code 1 before it listened.",
  },
] as const satisfies RunResult["testSets"];

/** Test set 0 has failures of every kind, test set 1 broke off. */
export const sampleRun: RunResult = {
  version: 1,
  run: "test-run-3",
  command: `./shop --name "a & b"`,
  startedAt: "2026-01-02T03:04:05.000Z",
  endedAt: "2026-01-02T03:04:08.000Z",
  verdict: "error",
  totals: totalsOf(testSets),
  mocks: { recorded: 6, served: 3, missed: 4, unused: 1 },
  testSets,
};

const greenSet = {
  ...testSets[0],
  verdict: "passed",
  tests: [tests[0] ?? green("get-users-1", "GET /users -> 200", [])],
  missed: [],
  notes: [],
} as const satisfies RunResult["testSets"][number];

/** The same run if all had gone well. */
export const greenRun: RunResult = {
  ...sampleRun,
  verdict: "passed",
  testSets: [greenSet],
  totals: totalsOf([greenSet]),
  mocks: { recorded: 2, served: 2, missed: 0, unused: 0 },
};
