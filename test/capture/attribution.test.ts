/** The kernel's part against real threads: who sends and who receives, as the journal has it. */
import { expect, test } from "bun:test";
import { beginHooks, goProbes, loadAttributionAlone, receiveHooks, sendHooks } from "../../src/capture/attribution.ts";
import { rootTest } from "../support/root-test.ts";

test("there is more than one way to see who sends and who receives", () => {
  expect(sendHooks.length).toBeGreaterThan(1);
  expect(receiveHooks.length).toBeGreaterThan(1);
});

rootTest("this kernel loads what a recording needs of it", () => {
  const isLoaded = (hook: (typeof sendHooks)[number]) => loadAttributionAlone(hook) === null;
  expect(sendHooks.some(isLoaded)).toBe(true);
  expect(receiveHooks.some(isLoaded)).toBe(true);
  expect([...beginHooks, ...goProbes].every(isLoaded)).toBe(true);
});
