/**
 * `junit.xml`, in the dialect that Jenkins' schema checks and GitLab shows: testsuites, testsuite, testcase, failure.
 *
 * XML 1.0 has no way to write most control characters, so those are spelt (`\x01`).
 */
import { type RunResult, type TestResult, type TestSetResult } from "../core/run-result.ts";
import { showDifference } from "../core/show-difference.ts";
import { adviceFor } from "./advice.ts";
import { between } from "./printed.ts";

const hex = (code: number): string =>
  code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;

/** What XML 1.0 cannot hold: controls but tab and line ends, lone surrogates, two non-characters. */
// oxlint-disable-next-line no-control-regex -- the characters are the subject
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]|\p{Surrogate}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Safe in text and in attributes. */
export const escapeXml = (text: string): string =>
  text.replace(FORBIDDEN, (found) => hex(found.charCodeAt(0))).replace(/[&<>"']/g, (found) => ENTITIES[found] ?? "");

/** Letters and signs that stand for themselves everywhere. */
const HARMLESS = /^[\w ./:,()-]*$/;

const attribute = (text: string): string =>
  HARMLESS.test(text) ? text : escapeXml(text).replace(/[\n\r\t]/g, (found) => `&#${found.charCodeAt(0)};`);

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const missText = (test: Pick<TestResult, "missed">): string[] =>
  test.missed.flatMap(({ protocol, asked, nearest }) => [
    `missed ${protocol}: ${asked}`,
    ...(nearest === null
      ? ["  no mock comes near"]
      : [`  nearest is ${nearest.mock}`, ...nearest.differs.map((line) => `  ${line}`)]),
  ]);

const headline = (test: TestResult): string => {
  if (test.reason !== null) return test.reason;
  const [miss] = test.missed;
  if (miss !== undefined) return `missed ${miss.protocol}: ${miss.asked}`;
  const [difference] = test.differences;
  return difference === undefined ? "failed" : showDifference(difference);
};

const outcome = (testSet: TestSetResult, test: TestResult): string => {
  if (test.status === "skipped") return `<skipped message="${attribute(test.reason ?? "")}"/>`;
  if (test.status === "passed") return "";
  const kind = test.missed.length > 0 ? "miss" : test.differences.length > 0 ? "difference" : "failure";
  const text = [
    test.summary,
    ...(test.reason === null ? [] : [test.reason]),
    ...test.differences.map(showDifference),
    ...missText(test),
    ...adviceFor(testSet, test),
  ].join("\n");
  return `<failure message="${attribute(headline(test))}" type="${kind}">${escapeXml(text)}</failure>`;
};

const caseXml = (testSet: TestSetResult, test: TestResult): string => {
  const head = `    <testcase classname="${attribute(testSet.name)}" name="${attribute(test.name)}" time="${seconds(test.durationMs)}"`;
  const inner = outcome(testSet, test);
  return inner === "" ? `${head}/>` : `${head}>\n      ${inner}\n    </testcase>`;
};

/** A set that broke off is a case of its own, so that no reader overlooks it. */
const brokenCase = (testSet: TestSetResult): string[] => {
  const lines = [...(testSet.reason === null ? [] : [testSet.reason]), ...missText(testSet)];
  if (testSet.reason === null) return [];
  const error = `<error message="${attribute(testSet.reason)}" type="error">${escapeXml(lines.join("\n"))}</error>`;
  return [
    `    <testcase classname="${attribute(testSet.name)}" name="the run" time="0.000">\n      ${error}\n    </testcase>`,
  ];
};

const suiteXml = (testSet: TestSetResult): string => {
  const count = (status: string): number => testSet.tests.filter((test) => test.status === status).length;
  const broken = brokenCase(testSet);
  const out = [...testSet.notes, ...missText(testSet)].join("\n");
  return [
    `  <testsuite name="${attribute(testSet.name)}" tests="${testSet.tests.length + broken.length}" failures="${count("failed")}"` +
      ` errors="${broken.length}" skipped="${count("skipped")}" time="${seconds(between(testSet.startedAt, testSet.endedAt))}"` +
      ` timestamp="${attribute(testSet.startedAt.replace(/\.\d+Z?$|Z$/, ""))}">`,
    ...testSet.tests.map((test) => caseXml(testSet, test)),
    ...broken,
    ...(out === "" ? [] : [`    <system-out>${escapeXml(out)}</system-out>`]),
    "  </testsuite>",
  ].join("\n");
};

/** One suite a test set. */
export const printJunit = (run: RunResult): string => {
  const { tests, failed, skipped } = run.totals;
  const errors = run.testSets.filter((testSet) => testSet.reason !== null).length;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="${attribute(run.run)}" tests="${tests + errors}" failures="${failed}" errors="${errors}" skipped="${skipped}"` +
      ` time="${seconds(between(run.startedAt, run.endedAt))}">`,
    ...run.testSets.map(suiteXml),
    "</testsuites>",
    "",
  ].join("\n");
};
