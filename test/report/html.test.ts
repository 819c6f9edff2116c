import { expect, test } from "bun:test";
import { printHtml } from "../../src/report/html.ts";
import { greenRun, sampleRun } from "../support/sample-run.ts";

/** What an HTML parser, not a regular expression, makes of the page. */
const parsed = (page: string): { tags: string[]; tests: string[]; sources: string[] } => {
  const seen = { tags: [] as string[], tests: [] as string[], sources: [] as string[] };
  new HTMLRewriter()
    .on("*", {
      element: (element) => {
        seen.tags.push(element.tagName);
        if (element.tagName === "details")
          seen.tests.push(`${element.getAttribute("data-status")} ${element.getAttribute("id")}`);
        for (const name of ["src", "href"]) seen.sources.push(element.getAttribute(name) ?? "");
        for (const [name] of element.attributes) if (name.startsWith("on")) seen.sources.push(name);
      },
    })
    .transform(page);
  return { ...seen, sources: seen.sources.filter((source) => source !== "") };
};

test("every test is on the page, failures first, and nothing recorded becomes a tag", () => {
  const { tags, tests, sources } = parsed(printHtml(sampleRun));
  expect(tests).toEqual([
    "failed test-set-0/get-users-by-id-1",
    "failed test-set-0/post-orders-1",
    "failed test-set-0/get-hostile-1",
    "passed test-set-0/get-users-1",
    "skipped test-set-0/get-slow-1",
  ]);
  expect(tags.filter((tag) => tag === "script")).toHaveLength(1);
  expect(tags.filter((tag) => tag === "img")).toHaveLength(0);
  expect(sources.every((source) => source.startsWith("data:"))).toBe(true);
});

test("a green page says so in its title, and folds everything", () => {
  const page = printHtml(greenRun);
  expect(page).toContain("<title>✓ 1/1 test-run-3 · Reprise</title>");
  expect(page).not.toContain(" open>");
});

test("five thousand tests make a page of a few megabytes in well under a second", () => {
  const [testSet] = greenRun.testSets;
  const [first] = testSet?.tests ?? [];
  if (testSet === undefined || first === undefined) throw new Error("the sample has no test");
  const tests = Array.from({ length: 5000 }, (_, at) => ({ ...first, name: `get-users-${at}` }));
  const startedAt = performance.now();
  expect(printHtml({ ...greenRun, testSets: [{ ...testSet, tests }] }).length).toBeLessThan(6_000_000);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
