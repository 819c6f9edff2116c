/**
 * A run for people at a terminal: failing tests first with what differs, what was missed and what to do; then totals.
 *
 * Green tests are only counted. The counterpart with everything in it is `html.ts`.
 */
import { type Difference } from "../core/diff.ts";
import { type Miss } from "../core/exchange.ts";
import { type MockTotals, type RunResult, type TestResult, type TestSetResult } from "../core/run-result.ts";
import { adviceFor } from "./advice.ts";
import { type Paint, plainPaint } from "./paint.ts";
import { between, plural, printDuration, printValue, visible } from "./printed.ts";

const UNUSED_SHOWN = 10;

/** Recorded text, made harmless, its further lines moved in. */
const indent = (text: string, by: number): string => visible(text).replaceAll("\n", `\n${" ".repeat(by)}`);

const differenceLines = ({ path, expected, actual, change }: Difference, paint: Paint): string[] => {
  const wanted = change === "added" ? "(absent)" : printValue(expected, 400);
  const got = change === "missing" ? "(absent)" : printValue(actual, 400);
  return [
    `  ${paint.strong(indent(path, 2))}${change === "changed" ? "" : paint.faint(` ${change}`)}`,
    `    ${paint.good(`- expected ${indent(wanted, 15)}`)}`,
    `    ${paint.bad(`+ actual   ${indent(got, 15)}`)}`,
  ];
};

const missLines = ({ protocol, asked, nearest }: Miss, paint: Paint): string[] => {
  const head = `  ${paint.bad("missed")} ${protocol}: ${indent(asked, 4)}`;
  if (nearest === null) return [head, `    no mock comes near`];
  if (nearest.differs.length === 0) return [head, `    ${nearest.mock} is this very call, and is used up`];
  return [
    head,
    `    nearest is ${nearest.mock}, which differs in`,
    ...nearest.differs.map((line) => `      ${indent(line, 6)}`),
  ];
};

const testLines = (testSet: TestSetResult, test: TestResult, paint: Paint): string[] => [
  `${paint.bad("FAILED")} ${paint.strong(`${testSet.name}/${test.name}`)}  ${indent(test.summary, 2)}  ${paint.faint(printDuration(test.durationMs))}`,
  ...(test.reason === null ? [] : [`  ${indent(test.reason, 2)}`]),
  ...test.differences.flatMap((difference) => differenceLines(difference, paint)),
  ...test.missed.flatMap((miss) => missLines(miss, paint)),
  ...(test.unused.length === 0 ? [] : [`  ${paint.warn("unused")} ${test.unused.join(", ")}`]),
  ...adviceFor(testSet, test).map((advice) => `  ${paint.faint(`> ${advice}`)}`),
  "",
];

const doubtLines = (testSet: TestSetResult, paint: Paint): string[] =>
  testSet.tests.flatMap((test) =>
    test.doubts
      .filter((doubt) => doubt.certainty === "similar")
      .map(
        ({ mock }) =>
          `${paint.warn("fuzzy")} ${testSet.name}/${test.name} was served ${mock}, which merely resembles what it asked`,
      ),
  );

/** A green test that no longer makes a recorded call is green all the same, and this is where that is seen. */
const unusedLines = ({ name, tests, asked }: TestSetResult, paint: Paint): string[] => {
  const lines = tests
    .filter(({ status }) => status === "passed")
    .flatMap((test) =>
      test.unused.map((mock) => {
        const call = asked[mock] === undefined ? mock : `${mock}, ${asked[mock]}`;
        return `${paint.warn("unused")} ${name}/${test.name} did not make a recorded call: ${indent(call, 2)}`;
      }),
    );
  const rest = lines.length - UNUSED_SHOWN;
  return rest <= 0 ? lines : [...lines.slice(0, UNUSED_SHOWN), `  and ${rest} more; the report names them`];
};

const setLines = (testSet: TestSetResult, paint: Paint): string[] => [
  ...testSet.tests.filter((test) => test.status === "failed").flatMap((test) => testLines(testSet, test, paint)),
  ...testSet.missed.flatMap((miss) => [`${testSet.name}, outside any test:`, ...missLines(miss, paint), ""]),
  ...doubtLines(testSet, paint),
  ...unusedLines(testSet, paint),
  ...testSet.notes.map((note) => `${paint.warn("note")} ${testSet.name}: ${indent(note, 2)}`),
  ...(testSet.reason === null ? [] : [`${paint.bad("ERROR")} ${testSet.name}: ${indent(testSet.reason, 2)}`]),
];

const countLine = (name: string, tests: readonly TestResult[], paint: Paint): string => {
  const count = (status: string): number => tests.filter((test) => test.status === status).length;
  const [passed, failed, skipped] = [count("passed"), count("failed"), count("skipped")];
  const parts = [
    paint.good(`${passed} passed`),
    ...(failed > 0 ? [paint.bad(`${failed} failed`)] : []),
    ...(skipped > 0 ? [paint.warn(`${skipped} skipped`)] : []),
  ];
  return `${paint.strong(name)}  ${parts.join(", ")} of ${tests.length}`;
};

/** `PASSED 12 of 12 tests in 1.2 s`; the one line that a log reader looks for. */
export const summaryLine = (run: RunResult, paint: Paint = plainPaint): string => {
  const { totals, verdict } = run;
  const word = verdict === "passed" ? paint.good("PASSED") : paint.bad(verdict === "failed" ? "FAILED" : "ERROR");
  return `${word} ${totals.passed} of ${plural(totals.tests, "test")} passed in ${printDuration(between(run.startedAt, run.endedAt))} (${run.run})`;
};

const mocksLine = ({ recorded, served, missed, unused }: MockTotals, paint: Paint): string => {
  const spare = recorded - served - unused;
  const parts = [
    `${served} served of ${recorded}`,
    missed > 0 ? paint.bad(`${missed} missed`) : "0 missed",
    `${unused} unused`,
    ...(spare > 0 ? [`${spare} not needed`] : []),
  ];
  return `${paint.strong("mocks")}  ${parts.join(", ")}`;
};

/** Ends with a line break. */
export const printText = (run: RunResult, paint: Paint = plainPaint): string => {
  const faults = run.testSets.flatMap((testSet) => setLines(testSet, paint));
  return [
    ...faults,
    ...(faults.length > 0 && faults.at(-1) !== "" ? [""] : []),
    ...run.testSets.map((testSet) => countLine(testSet.name, testSet.tests, paint)),
    mocksLine(run.mocks, paint),
    summaryLine(run, paint),
    "",
  ].join("\n");
};
