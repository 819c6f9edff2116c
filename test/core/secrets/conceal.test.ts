import { expect, test } from "bun:test";
import { conceal } from "../../../src/core/secrets/conceal.ts";
import { NO_USER_RULES } from "../../../src/core/secrets/user-rules.ts";

const value = ["live", "aB3dE5gH7jK9"].join("_");
const options = {
  secrets: [{ name: "key-1", kind: "key", value, shape: { like: "x" } }],
  surroundings: [`OTHER_TOKEN=${value.toUpperCase()}`],
  rules: NO_USER_RULES,
};

test("a run's result tells no secret: known, of the surroundings, or named by its path", () => {
  const result = {
    command: `./app --key ${value}`,
    differences: [
      { path: "body.password", expected: "pw-1", actual: "pw-2", change: "changed" },
      { path: "body.name", expected: "Ann", actual: "Bob", change: "changed" },
    ],
    missed: [
      { asked: `GET x?k=${value.toUpperCase()}`, nearest: { differs: ["header.Authorization: Bearer a1 -> Bearer b2", "body.id: 7 -> 8"] } }, // prettier-ignore
    ],
    durationMs: 3,
  };
  expect(conceal(result, options)).toEqual({
    command: "./app --key {{secret.key-1}}",
    differences: [
      { path: "body.password", expected: "{{secret.password-1}}", actual: "{{secret.password-2}}", change: "changed" },
      { path: "body.name", expected: "Ann", actual: "Bob", change: "changed" },
    ],
    missed: [
      { asked: "GET x?k={{secret.other-token-1}}", nearest: { differs: ["header.Authorization: {{secret}} -> {{secret}}", "body.id: 7 -> 8"] } }, // prettier-ignore
    ],
    durationMs: 3,
  });
});

test("texts that were cut within a secret tell no part of it", () => {
  expect(conceal([`…${value.slice(6)} and ${value.slice(0, 9)}…`], options)).toEqual(["…{{secret}} and {{secret}}…"]);
  expect(conceal(["one… two"], options)).toEqual(["one… two"]);
});
