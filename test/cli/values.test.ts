import { expect, test } from "bun:test";
import { UsageError } from "../../src/core/errors.ts";
import { flags } from "../../src/cli/flags.ts";
import { parseDuration, parseValue } from "../../src/cli/values.ts";

test("lengths of time, a bare number being seconds", () => {
  expect(["30s", "500ms", "1m30s", "1.5s", "5", "2h"].map(parseDuration)).toEqual([
    30_000, 500, 90_000, 1500, 5000, 7_200_000,
  ]);
  expect(["", "s", "-1", "30 s", "1d", "ms30"].map(parseDuration)).toEqual(Array(6).fill(undefined));
});

test("each kind reads its text", () => {
  expect(parseValue(flags.port, "8080", "--port")).toBe(8080);
  expect(parseValue(flags.passThroughPorts, "1, 65535", "--pass-through-ports")).toEqual([1, 65_535]);
  expect(parseValue(flags.testSets, "a,b,,", "--test-sets")).toEqual(["a", "b"]);
  expect(parseValue(flags.strict, "No", "--strict")).toBe(false);
  expect(parseValue(flags.format, "html", "--format")).toBe("html");
});

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof UsageError) return `${error.message} ${error.hint}`;
  }
  return "taken";
};

test("a wrong value is named with where it stands and what it should be", () => {
  expect(refusal(() => parseValue(flags.port, "70000", "REPRISE_PORT"))).toBe(
    'REPRISE_PORT is "70000", which is not a port. A port is a whole number from 1 to 65535.',
  );
  expect(refusal(() => parseValue(flags.delayMs, "soon", "delay in reprise.yml"))).toBe(
    'delay in reprise.yml is "soon", which is not a length of time. Write it like 30s, 500ms or 1m30s.',
  );
  expect(refusal(() => parseValue(flags.format, "htm", "--format"))).toBe(
    '--format is "htm", which is not one of its choices. Did you mean html? It may be text, json, junit, html.',
  );
  expect(refusal(() => parseValue(flags.command, "", "--command"))).toBe("--command is empty. Give it a value: CMD.");
  expect(refusal(() => parseValue(flags.passThroughPorts, "80,x", "-"))).toContain('"x"');
  expect(refusal(() => parseValue(flags.json, "maybe", "--json"))).toContain("true or false");
});
