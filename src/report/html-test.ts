/** One test on the page: a line that opens to its differences, its missed calls, its mocks and what to do next. */
import { type Difference } from "../core/diff.ts";
import { type Miss } from "../core/exchange.ts";
import { type Doubt, type TestResult, type TestSetResult } from "../core/run-result.ts";
import { adviceFor } from "./advice.ts";
import { type Markup, markup } from "./markup.ts";
import { printDuration, printValue } from "./printed.ts";

const MARKS = { passed: "✓", failed: "✕", skipped: "–" } as const;

/** Where two texts begin and cease to be the same, so that only what lies between is marked. */
const changedPart = (a: string, b: string): { readonly start: number; readonly tail: number } => {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start++;
  let tail = 0;
  while (tail < most - start && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return { start, tail };
};

const marked = (text: string, { start, tail }: { start: number; tail: number }): Markup => {
  const end = text.length - tail;
  return markup`${text.slice(0, start)}<mark>${text.slice(start, end)}</mark>${text.slice(end)}`;
};

const side = (label: string, kind: string, value: Markup): Markup =>
  markup`<div class="side ${kind}">
    <span>${label}</span>
    <pre>${value}</pre>
  </div>`;

const differenceHtml = ({ path, expected, actual, change }: Difference): Markup => {
  const wanted = change === "added" ? "" : printValue(expected);
  const got = change === "missing" ? "" : printValue(actual);
  const part = changedPart(wanted, got);
  const isPair = wanted !== "" && got !== "";
  const show = (text: string): Markup =>
    text === "" ? markup`<i>absent</i>` : isPair ? marked(text, part) : markup`${text}`;
  return markup`<li class="difference">
    <div class="path"><code>${path}</code><span class="tag">${change}</span></div>
    <div class="sides">${side("expected", "expected", show(wanted))}${side("actual", "actual", show(got))}</div>
  </li>`;
};

const nearestHtml = (nearest: Miss["nearest"]): Markup => {
  if (nearest === null) return markup`<p class="near">No mock comes near.</p>`;
  if (nearest.differs.length === 0)
    return markup`<p class="near"><code>${nearest.mock}</code> is this very call, and is used up.</p>`;
  const lines = nearest.differs.map((line) => markup`<li><code>${line}</code></li>`);
  return markup`<p class="near">Nearest is <code>${nearest.mock}</code>, which differs in</p>
    <ul class="fields">
      ${lines}
    </ul>`;
};

/** A call that nothing answered, with the mock that came nearest. */
export const missHtml = ({ protocol, asked, nearest }: Miss): Markup =>
  markup`<li class="miss">
    <div class="path"><span class="tag bad">missed</span><span class="tag">${protocol}</span></div>
    <pre>${asked}</pre>
    ${nearestHtml(nearest)}
  </li>`;

const CERTAINTIES = { exact: "exact", noise: "but for noise", similar: "fuzzy" } as const;
const ORIGINS = { test: "", background: "of no test", overlap: "owner uncertain" } as const;

const doubtTags = (doubt: Doubt | undefined): Markup => {
  if (doubt === undefined) return markup`<span class="tag good">exact</span>`;
  const kind = doubt.certainty === "exact" ? "good" : "warn";
  const origin = ORIGINS[doubt.from];
  return markup`<span class="tag ${kind}">${CERTAINTIES[doubt.certainty]}</span>${origin === "" ? null : markup`<span class="tag">${origin}</span>`}`;
};

const mockHtml = (testSet: TestSetResult, name: string, tags: Markup): Markup =>
  markup`<li class="mock"><code>${name}</code>${tags}<span class="asked">${testSet.asked[name] ?? ""}</span></li>`;

const mocksHtml = (testSet: TestSetResult, test: TestResult): Markup | null => {
  if (test.served.length + test.unused.length === 0) return null;
  const doubts = new Map(test.doubts.map((doubt) => [doubt.mock, doubt]));
  const served = test.served.map((name) => mockHtml(testSet, name, doubtTags(doubts.get(name))));
  const unused = test.unused.map((name) => mockHtml(testSet, name, markup`<span class="tag warn">unused</span>`));
  return markup`<h4>Mocks</h4>
    <ul class="mocks">
      ${served}${unused}
    </ul>`;
};

const list = (title: string, items: readonly Markup[]): Markup | null =>
  items.length === 0
    ? null
    : markup`<h4>${title}</h4>
        <ul>
          ${items}
        </ul>`;

const pathsHtml = (title: string, paths: readonly string[] = []): Markup | null =>
  list(
    title,
    paths.map((path) => markup`<li><code>${path}</code></li>`),
  );

const countTags = (test: TestResult): Markup[] => [
  ...(test.differences.length > 0 ? [markup`<span class="tag bad">${test.differences.length} differ</span>`] : []),
  ...(test.missed.length > 0 ? [markup`<span class="tag bad">${test.missed.length} missed</span>`] : []),
  ...(test.doubts.some((doubt) => doubt.certainty === "similar") ? [markup`<span class="tag warn">fuzzy</span>`] : []),
  ...(test.unused.length > 0 ? [markup`<span class="tag warn">${test.unused.length} unused</span>`] : []),
];

/** `open` shows it unfolded. */
export const testHtml = (testSet: TestSetResult, test: TestResult, open: boolean): Markup => {
  const id = `${testSet.name}/${test.name}`;
  const find = `${id} ${test.summary} ${test.protocol} ${test.missed.map((miss) => miss.asked).join(" ")}`
    .toLowerCase()
    .slice(0, 2000);
  const advice = adviceFor(testSet, test).map((sentence) => markup`<li>${sentence}</li>`);
  const nothing = test.status === "passed" && test.served.length + test.unused.length === 0;
  return markup`<details
    class="test ${test.status}"
    id="${id}"
    data-status="${test.status}"
    data-find="${find}"
    ${open ? markup` open` : null}
  >
    <summary>
      <span class="mark" title="${test.status}">${MARKS[test.status]}</span><span class="name">${test.name}</span><span class="what">${test.summary}</span><span class="tags">${countTags(test)}</span><span class="time">${printDuration(test.durationMs)}</span>
    </summary>
    <div class="inside">
      ${test.reason === null ? null : markup`<p class="reason">${test.reason}</p>`}${list("Differences", test.differences.map(differenceHtml))}${list("Missed calls", test.missed.map(missHtml))}${mocksHtml(testSet, test)}${pathsHtml("Noise, which does not count", test.noise)}${pathsHtml("Carried from earlier answers", test.carried)}${nothing ? markup`<p class="near">It answered as recorded, and called nobody.</p>` : null}${
        advice.length === 0
          ? null
          : markup`<h4>Next</h4>
              <ul class="advice">
                ${advice}
              </ul>`
      }
    </div>
  </details> `;
};
