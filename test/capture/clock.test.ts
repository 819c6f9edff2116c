import { expect, test } from "bun:test";
import { clockOffsetMs, epochMs, monotonicStamps } from "../../src/capture/clock.ts";

test("the kernel's stamps become the time of day", () => {
  const offset = clockOffsetMs();
  const said = Bun.spawnSync(["python3", "-c", "import time; print((time.time() - time.monotonic()) * 1000)"]);
  // Two clocks are read one after the other, there as here.
  expect(Math.abs(offset - Number(said.stdout.toString()))).toBeLessThan(50);
  expect(epochMs(2_500_000n, 1000)).toBe(1002.5);
});

test("the times of this process become stamps as the kernel's", () => {
  const stamps = monotonicStamps();
  const said = Bun.spawnSync(["python3", "-c", "import time; print(time.monotonic() * 1000)"]);
  const late = Number(stamps(performance.timeOrigin + performance.now())) / 1e6 - Number(said.stdout.toString());
  expect(late).toBeWithin(0, 10_000);
  const at = performance.timeOrigin + performance.now();
  expect(Number(stamps(at + 2.5) - stamps(at))).toBeWithin(2_499_000, 2_501_000);
});
