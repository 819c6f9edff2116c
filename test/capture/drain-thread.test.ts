import { expect } from "bun:test";
import { readdirSync, readlinkSync, statSync } from "node:fs";
import { openKernel } from "../../src/capture/kernel.ts";
import { Inhabited } from "../support/captured.ts";
import { rootTest } from "../support/root-test.ts";

/** Descriptors of maps, programs, links and loops; sockets and files come and go with other tests. */
const kernelFiles = (): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith("anon_inode:");
    } catch {
      return false;
    }
  }).length;

rootTest("it starts and ends again and again, and closing twice is closing once", async () => {
  await using inhabited = new Inhabited();
  for (let i = 0; i < 20; i++) {
    const options = { cgroupFd: inhabited.cgroup.fd, mode: "tap", redirect: null, passThroughPorts: [] } as const;
    const kernel = openKernel(options);
    await Promise.all([kernel.close(), kernel.close()]);
  }
  expect(inhabited.cgroup.pids()).toEqual([]);
});

rootTest("while recording it holds the links, and they are gone when it is", async () => {
  await using inhabited = new Inhabited();
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const redirect = { port4: listener.port, port6: 0, dnsPort4: 0, dnsPort6: 0, sinkPort4: 0, sinkPort6: 0 };
  const options = { cgroupFd: inhabited.cgroup.fd, mode: "record", redirect, passThroughPorts: [] } as const;
  const open = async () => {
    const kernel = openKernel(options);
    while (kernel.links.length > 0) await new Promise(setImmediate);
    expect(attached(inhabited.cgroup.path)).toBeGreaterThan(5);
    await kernel.close();
    expect(attached(inhabited.cgroup.path)).toBe(0);
  };
  await open();
  const before = kernelFiles();
  for (let i = 0; i < 10; i++) await open();
  // What the thread's own loop had open before its files became its own stays with the process: three each.
  expect(kernelFiles()).toBeLessThanOrEqual(before + 30);
  listener.stop(true);
});

/** How many programs hang on a cgroup. */
const attached = (cgroup: string): number => {
  const { stdout } = Bun.spawnSync(["bpftool", "-j", "link", "show"]);
  const links = JSON.parse(stdout.toString() || "[]") as { readonly cgroup_id?: number }[];
  return links.filter((link) => link.cgroup_id === statSync(cgroup).ino).length;
};
