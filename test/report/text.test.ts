import { expect, test } from "bun:test";
import { ansiPaint } from "../../src/report/paint.ts";
import { printText, summaryLine } from "../../src/report/text.ts";
import { greenRun, sampleRun } from "../support/sample-run.ts";

test("a green run is three lines", () => {
  expect(printText(greenRun)).toBe(
    [
      "test-set-0  1 passed of 1",
      "mocks  2 served of 2, 0 missed, 0 unused",
      "PASSED 1 of 1 test passed in 3.0 s (test-run-3)",
      "",
    ].join("\n"),
  );
});

test("what is neither served nor unused is counted too, so that the figures add up", () => {
  const run = { ...greenRun, mocks: { recorded: 17, served: 15, missed: 2, unused: 1 } };
  expect(printText(run)).toContain("mocks  15 served of 17, 2 missed, 1 unused, 1 not needed\n");
});

test("failures come first, each with what differs, what was missed and what to do", () => {
  const text = printText(sampleRun);
  expect(text.slice(0, text.indexOf("FAILED test-set-0/post-orders-1")))
    .toBe(`FAILED test-set-0/get-users-by-id-1  GET /users/7 -> 200  2.4 ms
  body.name
    - expected "Ann"
    + actual   "Bob"
  body.age retyped
    - expected 41
    + actual   "41"
  body.email missing
    - expected "ann@example.com"
    + actual   (absent)
  body.tags[2] added
    - expected (absent)
    + actual   {
                "id": "9",
                "raw": {
                 "base64": "AP8="
                }
               }
  > If the change is meant, record this test again.
  > If it differs every time, add \`body.name\`, \`body.age\`, \`body.email\`, \`body.tags[2]\` to the list spec.assertions.noise in test-set-0/tests/get-users-by-id-1.yaml, or to noise in reprise.yml for all tests.

`);
  expect(text).toContain(`  missed postgres: SELECT id, name FROM users WHERE id = $1 [8]
    nearest is mock-3, which differs in
      parameters[0]: 7 -> 8
  missed http1: GET api.test/stock/8
    no mock comes near
`);
  expect(text).toContain(
    "fuzzy test-set-0/get-users-by-id-1 was served mock-3, which merely resembles what it asked\n",
  );
  expect(text).toContain("ERROR test-set-1: The app ended with exit code 1 before it listened.\n");
  expect(text).toEndWith("ERROR 1 of 5 tests passed in 3.0 s (test-run-3)\n");
});

test("recorded calls that green tests left out are named, the first ten", () => {
  const [set] = greenRun.testSets;
  const [only] = set?.tests ?? [];
  if (set === undefined || only === undefined) throw new Error("the sample run has a test");
  const run = (unused: readonly string[]) => ({
    ...greenRun,
    testSets: [{ ...set, asked: { "mock-1": "POST audit/rows" }, tests: [{ ...only, unused }] }],
  });
  const line = `unused test-set-0/${only.name} did not make a recorded call:`;
  expect(printText(run(["mock-1", "mock-2"]))).toStartWith(`${line} mock-1, POST audit/rows\n${line} mock-2\n`);
  const many = printText(run(Array.from({ length: 12 }, (_, index) => `mock-${index}`)));
  expect(many).toContain(`${line} mock-9\n  and 2 more; the report names them\n`);
});

test("recorded control characters do not reach the terminal", () => {
  // oxlint-disable-next-line no-control-regex -- the characters are the subject
  expect(printText(sampleRun)).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
  expect(summaryLine(sampleRun, ansiPaint)).toContain("\u001B[31mERROR\u001B[39m");
});
