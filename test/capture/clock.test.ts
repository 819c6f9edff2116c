import { expect, test } from "bun:test";
import { clockOffsetMs, epochMs } from "../../src/capture/clock.ts";

test("the kernel's stamps become the time of day", () => {
  const offset = clockOffsetMs();
  const said = Bun.spawnSync(["python3", "-c", "import time; print((time.time() - time.monotonic()) * 1000)"]);
  // Two clocks are read one after the other, there as here.
  expect(Math.abs(offset - Number(said.stdout.toString()))).toBeLessThan(50);
  expect(epochMs(2_500_000n, 1000)).toBe(1002.5);
});
