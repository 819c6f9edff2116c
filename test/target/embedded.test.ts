import { expect, test } from "bun:test";
import { closeSync, readFileSync } from "node:fs";
import { holdInMemory, launcherPath } from "../../src/target/embedded.ts";

test("content in memory is read whole through the descriptor's path", () => {
  const content = new Uint8Array(3_000_000).map((_, index) => index % 251);
  const fd = holdInMemory("test", content);
  expect(Bun.hash(readFileSync(`/proc/self/fd/${fd}`))).toBe(Bun.hash(content));
  closeSync(fd);
});

test("the launcher runs from memory, and refuses what it does not know", async () => {
  expect(launcherPath()).toBe(launcherPath());
  const run = Bun.spawn([launcherPath(), "--sideways", "1", "--", "/bin/true"], { stderr: "pipe" });
  expect([await run.exited, await run.stderr.text()]).toEqual([126, "launcher: arguments: --sideways\n"]);
});
