import { expect, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { run } from "../../../src/cli/commands/sanitize.ts";
import { UsageError } from "../../../src/core/errors.ts";
import { callIn } from "../../support/call.ts";
import { Folder } from "../../support/folder.ts";

const secret = ["k3J9xQ7m", "Zp1Lw8Rt"].join("");

test("takes the secrets out of recordings and of the reports about them", async () => {
  using folder = new Folder();
  mkdirSync(folder.at("reprise/test-set-0/tests"), { recursive: true });
  mkdirSync(folder.at("reprise/reports/test-run-0"), { recursive: true });
  const spec = `spec:\n  req: { method: GET, url: "http://x/?api_key=${secret}", header: {} }\n`;
  folder.write("reprise/test-set-0/tests/a-1.yaml", `version: reprise/v1\nkind: Http\nname: a-1\n${spec}`);
  folder.write("reprise/test-set-0/config.yaml", `version: reprise/v1\nkind: TestSet\ncommand: ./app ${secret}\n`);
  folder.write("reprise/reports/test-run-0/report.json", `{"summary":"GET /?api_key=${secret}"}`);
  const { call, stdout } = callIn(folder.path, { json: true });
  expect(await run(call)).toBe(0);
  expect(JSON.parse(stdout())).toEqual({ "test-set-0": { tests: 1, mocks: 0, redacted: { "api-key": 1 } } });
  for (const name of ["test-set-0/tests/a-1.yaml", "test-set-0/config.yaml", "reports/test-run-0/report.json"]) {
    const text = readFileSync(folder.at(`reprise/${name}`), "utf8");
    expect([name, text.includes(secret), text.includes("{{secret.api-key-1}}")]).toEqual([name, false, true]);
  }
});

test("where nothing is recorded it says so", async () => {
  using folder = new Folder();
  expect(run(callIn(folder.path, {}).call)).rejects.toThrow(UsageError);
});
