import { expect, test } from "bun:test";
import { missHtml, testHtml } from "../../src/report/html-test.ts";
import { sampleRun } from "../support/sample-run.ts";

const page = (name: string, open = false): string => {
  const [testSet] = sampleRun.testSets;
  const found = testSet?.tests.find((each) => each.name === name);
  if (testSet === undefined || found === undefined) throw new Error(`the sample has no test ${name}`);
  return testHtml(testSet, found, open).text.replaceAll(/>\s+</g, "><").replaceAll(/\s+>/g, ">");
};

test("a difference marks only what lies between the common ends", () => {
  expect(page("get-users-by-id-1")).toContain("<pre>&quot;<mark>Ann</mark>&quot;</pre>");
  expect(page("get-users-by-id-1")).toContain("<pre><i>absent</i></pre>");
});

test("mocks stand with how sure they are and what they answer", () => {
  expect(page("get-users-by-id-1")).toContain(
    '<code>mock-3</code><span class="tag warn">fuzzy</span><span class="tag">owner uncertain</span><span class="asked">SELECT id, name FROM users WHERE id = $1 [7]</span>',
  );
  expect(page("get-users-1")).toContain('<code>mock-0</code><span class="tag good">exact</span>');
  expect(page("post-orders-1")).toContain('<code>mock-4</code><span class="tag warn">unused</span>');
});

test("a miss names the nearest mock and its fields, or says that none comes near", () => {
  const nearest = { mock: "mock-3", differs: ["parameters[0]: 7 -> 8"] };
  expect(missHtml({ protocol: "postgres", asked: "SELECT 1", nearest }).text).toContain(
    "<li><code>parameters[0]: 7 -&gt; 8</code></li>",
  );
  expect(missHtml({ protocol: "postgres", asked: "SELECT 1", nearest: null }).text).toContain("No mock comes near.");
});

test("a test is folded unless asked otherwise", () => {
  expect(page("get-slow-1")).not.toContain(" open>");
  expect(page("get-slow-1", true)).toContain(" open>");
});
