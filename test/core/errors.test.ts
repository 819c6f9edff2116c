import { expect, test } from "bun:test";
import { EnvironmentError, FormatError, UsageError } from "../../src/core/errors.ts";

test("an error carries its code, its hint and its cause", () => {
  const cause = new Error("EACCES");
  const error = new EnvironmentError("environment.file", "failed to write a: EACCES", { hint: "Check.", cause });
  const { name, code, hint, message } = error;
  expect({ name, code, hint, message, cause: error.cause }).toEqual({
    name: "EnvironmentError",
    code: "environment.file",
    hint: "Check.",
    message: "failed to write a: EACCES",
    cause,
  });
});

test("no hint is an empty one, and no cause is none", () => {
  const error = new UsageError("usage.flag", "There is no flag --prot.");
  expect([error.name, error.hint, "cause" in error, error instanceof Error]).toEqual(["UsageError", "", false, true]);
});

test("a format error says where", () => {
  expect(new FormatError("format.yaml", "broken", "mocks.yaml:7").where).toBe("mocks.yaml:7");
});
