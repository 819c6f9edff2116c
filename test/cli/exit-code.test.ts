import { expect, test } from "bun:test";
import { ExitCode } from "../../src/cli/exit-code.ts";

test("scripts may rely on these", () => {
  expect(ExitCode).toEqual({ ok: 0, failed: 1, usage: 2, machine: 3, app: 4, bug: 70, interrupted: 130 });
});
