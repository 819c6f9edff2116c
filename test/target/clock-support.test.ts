import { expect } from "bun:test";
import { clockSupport } from "../../src/target/clock-support.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("this machine's clocks can be shifted, or what it lacks has a remedy", async () => {
  const { lacks, mend } = await clockSupport();
  expect(mend === "").toBe(lacks === "");
  // Where programs can be traced at all, they can.
  if (!/traced|PTRACE/.test(lacks)) expect(lacks).toBe("");
});
