import { expect, test } from "bun:test";
import { fileKeyOf, flagKeys, flagOf, flags, variableOf } from "../../src/cli/flags.ts";

test("names are unique, however they are spelt", () => {
  const all = flagKeys.map(flagOf);
  const spelt = [...all.map(({ name }) => name.replaceAll("-", "")), ...all.flatMap(({ alias }) => alias ?? [])];
  expect([...new Set(spelt)]).toEqual(spelt);
});

test("the environment's and the file's names follow from the flag's", () => {
  expect(variableOf(flags.passThroughPorts)).toBe("REPRISE_PASS_THROUGH_PORTS");
  expect(fileKeyOf(flags.passThroughPorts)).toBe("passThroughPorts");
});
