import { expect, test } from "bun:test";
import { FormatError } from "../../src/core/errors.ts";
import { parseJson, printJson } from "../../src/report/json.ts";
import { greenRun, sampleRun } from "../support/sample-run.ts";

test("a run reads back as it was written", () => {
  expect(parseJson(printJson(greenRun), "report.json")).toEqual(greenRun);
  const [first] = parseJson(printJson(sampleRun), "report.json").testSets[0]?.tests[1]?.differences.slice(-1) ?? [];
  expect(first).toEqual({ path: "body.tags[2]", actual: { id: "9", raw: { base64: "AP8=" } }, change: "added" });
});

test("the document has the members that tools rely on", () => {
  const document = JSON.parse(printJson(sampleRun)) as Record<string, unknown>;
  expect(Object.keys(document)).toEqual([
    "version",
    "run",
    "command",
    "startedAt",
    "endedAt",
    "verdict",
    "totals",
    "mocks",
    "testSets",
  ]);
});

test("a broken, a foreign and a newer file are each refused with a sentence", () => {
  const read = (text: string) => () => parseJson(text, "reports/latest/report.json");
  expect(read("{")).toThrow(new FormatError("format.bytes", "reports/latest/report.json is not JSON", ""));
  expect(read("null")).toThrow("reports/latest/report.json is not a report of a run");
  expect(read('{"version":2,"testSets":[]}')).toThrow(
    /was written by a newer Reprise \(report version 2; this one reads 1\)$/,
  );
});
