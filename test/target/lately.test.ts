import { expect, test } from "bun:test";
import { lately } from "../../src/target/lately.ts";

test("a process is asked about once for what happens at a time", async () => {
  const asked: number[] = [];
  const ask = lately(async (pid) => {
    asked.push(pid);
    return `program of ${pid}`;
  });
  expect(await Promise.all([ask(1), ask(2), ask(1)])).toEqual(["program of 1", "program of 2", "program of 1"]);
  expect(await ask(1)).toBe("program of 1");
  expect(asked).toEqual([1, 2]);
});
