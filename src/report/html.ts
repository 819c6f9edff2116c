/**
 * `index.markup`: the whole run as one file that fetches nothing, for a browser on any machine, now or in ten years.
 *
 * Every test is in the page as HTML, so that it reads without its script too (as where a CI server forbids scripts).
 */
import { type RunResult, type TestResult, type TestSetResult, type Verdict } from "../core/run-result.ts";
import { missHtml, testHtml } from "./html-test.ts";
import { script } from "./html-script.ts";
import { style } from "./html-style.ts";
import { type Markup, markup, trusted } from "./markup.ts";
import { between, plural, printDuration } from "./printed.ts";

/** Failing tests that are unfolded from the start; more would bury the list. */
const OPEN_MOST = 5;

const WORDS: Readonly<Record<Verdict, string>> = { passed: "All green", failed: "Failed", error: "Broken off" };
const MARKS: Readonly<Record<Verdict, string>> = { passed: "✓", failed: "✕", error: "!" };
const ICON_COLOURS: Readonly<Record<Verdict, string>> = {
  passed: "%2314784a",
  failed: "%23bd2b26",
  error: "%23bd2b26",
};

const number = (label: string, value: number, kind = ""): Markup =>
  markup`<div class="${value > 0 ? kind : ""}">
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;

const barHtml = ({ totals }: RunResult): Markup | null => {
  const part = (kind: "passed" | "failed" | "skipped"): Markup | null =>
    totals[kind] === 0
      ? null
      : markup`<i class="${kind}" style="flex:${totals[kind]}" title="${totals[kind]} ${kind}"></i>`;
  return totals.tests === 0
    ? null
    : markup`<div class="bar">${part("failed")}${part("skipped")}${part("passed")}</div>`;
};

const headerHtml = (run: RunResult): Markup => {
  const { totals, mocks } = run;
  return markup`<header class="${run.verdict}">
    <div>
      <div class="head">
        <h1 class="verdict"><b>${MARKS[run.verdict]}</b>${WORDS[run.verdict]}</h1>
        <div class="run">
          ${run.run} · <time datetime="${run.startedAt}">${run.startedAt.replace("T", " ").slice(0, 19)} UTC</time> ·
          ${printDuration(between(run.startedAt, run.endedAt))}<br /><code>${run.command}</code>
        </div>
      </div>
      ${barHtml(run)}
      <dl class="numbers">
        ${number("tests", totals.tests)}${number("passed", totals.passed)}${number("failed", totals.failed, "bad")}${totals.skipped > 0 ? number("skipped", totals.skipped, "warn") : null}${number("mocks served", mocks.served)}${number("missed calls", mocks.missed, "bad")}${number("unused mocks", mocks.unused, "warn")}
      </dl>
    </div>
  </header>`;
};

const chip = (show: string, label: string, count: number): Markup =>
  markup`<button type="button" data-show="${show}" aria-pressed="${show === "all" ? "true" : "false"}">
    ${label} ${count}
  </button>`;

const controlsHtml = ({ totals }: RunResult): Markup =>
  markup`<div class="controls">
    <div>
      <input type="search" placeholder="Search name, request, query ( / )" aria-label="Search tests" />
      <div class="chips">
        ${chip("all", "All", totals.tests)}${chip("failed", "Failed", totals.failed)}${chip("passed", "Passed", totals.passed)}${totals.skipped > 0 ? chip("skipped", "Skipped", totals.skipped) : null}
      </div>
      <button type="button" data-fold="closed">Unfold all</button>
    </div>
  </div>`;

const failedFirst = (tests: readonly TestResult[]): TestResult[] => [
  ...tests.filter((test) => test.status === "failed"),
  ...tests.filter((test) => test.status !== "failed"),
];

const setHtml = (testSet: TestSetResult, unfolded: ReadonlySet<TestResult>): Markup => {
  const passed = testSet.tests.filter((test) => test.status === "passed").length;
  const broken = testSet.reason !== null || testSet.missed.length > 0 || testSet.notes.length > 0;
  return markup`<section${broken ? markup` data-keep` : null}><h2>${testSet.name}<small>${passed} of ${plural(testSet.tests.length, "test")} passed · ${printDuration(between(testSet.startedAt, testSet.endedAt))}</small></h2>
${testSet.reason === null ? null : markup`<p class="broken">${testSet.reason}</p>`}${testSet.notes.map((note) => markup`<p class="note">${note}</p>`)}${
    testSet.missed.length === 0
      ? null
      : markup`<div class="inside">
          <h4>Missed while no test ran</h4>
          <ul>
            ${testSet.missed.map(missHtml)}
          </ul>
        </div>`
  }
<div class="tests">${failedFirst(testSet.tests).map((test) => testHtml(testSet, test, unfolded.has(test)))}</div></section>`;
};

const iconHtml = (verdict: Verdict): Markup =>
  trusted(
    `<link rel="icon" href="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><circle cx='4' cy='4' r='4' fill='${ICON_COLOURS[verdict]}'/></svg>">`,
  );

/** The page. */
export const printHtml = (run: RunResult): string => {
  const failed = run.testSets.flatMap((testSet) => testSet.tests.filter((test) => test.status === "failed"));
  const unfolded = new Set(failed.slice(0, OPEN_MOST));
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
        />
        <title>${MARKS[run.verdict]} ${run.totals.passed}/${run.totals.tests} ${run.run} · Reprise</title>
        ${iconHtml(run.verdict)}
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        ${headerHtml(run)}${controlsHtml(run)}
        <main>
          ${run.testSets.map((testSet) => setHtml(testSet, unfolded))}
          <p class="none" hidden>No test fits.</p>
        </main>
        <footer>Reprise · ${run.mocks.recorded} mocks recorded, ${run.mocks.served} served</footer>
        <script>
          ${trusted(script)};
        </script>
      </body>
    </html> `.text;
};
