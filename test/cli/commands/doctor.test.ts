import { expect, test } from "bun:test";
import { run } from "../../../src/cli/commands/doctor.ts";
import { callIn } from "../../support/call.ts";

test("the exit code says what the document says, and each lack has its remedy", async () => {
  const { call, stdout, stderr } = callIn("/", { json: true });
  const code = await run(call);
  const document = JSON.parse(stdout()) as {
    ready: boolean;
    findings: { name: string; available: boolean; mend: string }[];
  };
  expect(code).toBe(document.ready ? 0 : 3);
  expect(document.findings.filter(({ available, mend }) => !available && mend === "")).toEqual([]);
  expect(document.findings.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["a cgroup for the app", "TLS trust"]),
  );
  for (const { name } of document.findings) expect(stderr()).toContain(name);
});
