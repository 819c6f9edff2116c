import { expect } from "bun:test";
import { openKernel } from "../../src/capture/kernel.ts";
import { Inhabited } from "../support/captured.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("it starts and ends again and again, and closing twice is closing once", async () => {
  await using inhabited = new Inhabited();
  for (let i = 0; i < 20; i++) {
    const options = { cgroupFd: inhabited.cgroup.fd, mode: "tap", redirect: null, passThroughPorts: [] } as const;
    const kernel = openKernel(options);
    await Promise.all([kernel.close(), kernel.close()]);
  }
  expect(inhabited.cgroup.pids()).toEqual([]);
});
