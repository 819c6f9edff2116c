import { expect, test } from "bun:test";
import { run } from "../../../src/cli/commands/report.ts";
import { printHtml } from "../../../src/report/html.ts";
import { printJunit } from "../../../src/report/junit.ts";
import { writeRun } from "../../../src/report/write.ts";
import { callIn } from "../../support/call.ts";
import { Folder } from "../../support/folder.ts";
import { greenRun, sampleRun } from "../../support/sample-run.ts";

test("the newest run, or a named one, in the format asked for", async () => {
  using folder = new Folder();
  for (const { run: _run, ...rest } of [sampleRun, greenRun]) writeRun(folder.at("reprise/reports"), rest);
  const newest = callIn(folder.path, {});
  expect(await run(newest.call)).toBe(0);
  expect(newest.stdout()).toEndWith("PASSED 1 of 1 test passed in 3.0 s (test-run-1)\n");
  const expected = {
    junit: printJunit({ ...greenRun, run: "test-run-1" }),
    html: printHtml({ ...greenRun, run: "test-run-1" }),
  };
  for (const format of ["junit", "html"] as const) {
    const { call, stdout } = callIn(folder.path, { format }, ["test-run-1"]);
    await run(call);
    expect(stdout()).toBe(expected[format]);
  }
  const asJson = callIn(folder.path, { json: true }, ["test-run-0"]);
  await run(asJson.call);
  expect(JSON.parse(asJson.stdout())).toMatchObject({ run: "test-run-0", verdict: "error" });
});
