import { expect } from "bun:test";
import { loadAlone, probe } from "../../src/capture/probe.ts";
import { programs } from "../../src/capture/programs.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("every program loads alone", () => {
  expect(programs.map(loadAlone)).toEqual(programs.map(() => null));
});

rootTest("what is there needs no mending, and every program is named with its hook", () => {
  const findings = probe();
  expect(findings.filter(({ needed, available }) => needed && !available)).toEqual([]);
  expect(findings.filter(({ available, mend }) => available !== (mend === ""))).toEqual([]);
  const names = findings.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(programs.map(({ name, hook }) => `${hook} (${name})`)));
});
