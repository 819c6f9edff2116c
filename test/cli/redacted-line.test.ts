import { expect, test } from "bun:test";
import { redactedLine } from "../../src/cli/redacted-line.ts";

test("how many of what, and where the values are", () => {
  expect(redactedLine({}, "/r")).toBeNull();
  expect(redactedLine({ password: 1, jwt: 3 }, "/r")).toBe(
    "4 secrets taken out: jwt (3), password. The values are in /r/secret.yaml, which git ignores.",
  );
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`kind-${index}`, 1]));
  expect(redactedLine(many, "/r")).toContain("and 3 more kinds".slice(4));
});
