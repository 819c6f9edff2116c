import { expect, test } from "bun:test";
import { EnvironmentError, FormatError, UsageError } from "../../src/core/errors.ts";
import { findCommand } from "../../src/cli/commands.ts";
import { ExitCode } from "../../src/cli/exit-code.ts";
import { reportFailure } from "../../src/cli/failure.ts";
import { createOutput } from "../../src/cli/output.ts";
import { keptStream } from "../support/call.ts";

const report = (error: unknown, json = false) => {
  const [stdout, stderr] = [keptStream(), keptStream()];
  const output = createOutput({ stdout, stderr, json, debug: false, noColor: false });
  const code = reportFailure(error, output, findCommand("test") ?? null, "1.2.3");
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};

test("what the user can mend is a sentence, the next step, and for a flag the usage", () => {
  expect(report(new UsageError("usage.flag", "There is no flag --x.", { hint: "Did you mean --y?" }))).toEqual({
    code: ExitCode.usage,
    stdout: "",
    stderr: "error: There is no flag --x.\n  Did you mean --y?\n  Usage: reprise test [flags]\n",
  });
  expect(report(new UsageError("usage.path", "Nothing is there.")).stderr).toBe("error: Nothing is there.\n");
});

test("what the machine lacks exits 3, a broken file 2 with where", () => {
  expect(
    report(new EnvironmentError("environment.kernel", "The kernel is too old.", { hint: "Boot another." })),
  ).toEqual({
    code: ExitCode.machine,
    stdout: "",
    stderr: "error: The kernel is too old.\n  Boot another.\n",
  });
  expect(report(new FormatError("format.yaml", "It is not a test.", "tests/a.yaml:3"))).toEqual({
    code: ExitCode.usage,
    stdout: "",
    stderr: "error: It is not a test.\n  at tests/a.yaml:3\n",
  });
});

test("anything else is a bug: a stack, and how to report it", () => {
  const { code, stderr } = report(new TypeError("x is not a function"));
  expect(code).toBe(ExitCode.bug);
  expect(stderr).toContain("TypeError: x is not a function\n    at ");
  expect(stderr).toContain("This is a bug in Reprise");
  expect(stderr).toContain("(reprise 1.2.3)");
  expect(report("thrown text").stderr).toStartWith("error: thrown text\n");
});

test("with --json the failure is the document", () => {
  const { stdout } = report(
    new FormatError("format.yaml", "It is not a test.", "a.yaml:3", { hint: "Mend it." }),
    true,
  );
  expect(JSON.parse(stdout)).toEqual({
    error: { code: "format.yaml", message: "It is not a test.", hint: "Mend it.", where: "a.yaml:3", exitCode: 2 },
  });
});
