/**
 * A process that captures and does nothing else, to be killed by a test.
 *
 *     bun capture-process.ts CGROUP tap JOURNAL
 *     bun capture-process.ts CGROUP redirect
 */
import { openSync } from "node:fs";
import { openKernel } from "../../src/capture/kernel.ts";
import { startTap } from "../../src/capture/tap.ts";

const [, , cgroup = "", mode = "", journal = ""] = process.argv;
const ports = { port4: 1, port6: 1, dnsPort4: 1, dnsPort6: 1, sinkPort4: 0, sinkPort6: 0 };
const kernel = openKernel({
  cgroupFd: openSync(cgroup, "r"),
  mode: mode === "tap" ? "tap" : "redirect",
  redirect: mode === "tap" ? null : ports,
  passThroughPorts: [],
});
if (mode === "tap") startTap(kernel, journal, { command: "", testSet: "", startedAt: Date.now() });
process.stdout.write("up\n");
setInterval(() => {}, 1 << 30);
