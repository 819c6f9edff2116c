import { expect, test } from "bun:test";
import { describeExit } from "../../src/replay/halt.ts";

test("an end is told by its code, or by the signal that caused it", () => {
  expect(describeExit({ code: 3, signal: null })).toBe("exit code 3");
  expect(describeExit({ code: null, signal: "SIGSEGV" })).toBe("signal SIGSEGV");
});
