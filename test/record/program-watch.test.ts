import { expect } from "bun:test";
import type { Attribution } from "../../src/capture/attribution.ts";
import { openKernel } from "../../src/capture/kernel.ts";
import { ProgramWatch } from "../../src/record/program-watch.ts";
import { createCgroup } from "../../src/target/cgroup.ts";
import { launch } from "../../src/target/native.ts";
import { goProgram } from "../support/apps.ts";
import { freePort } from "../support/recorded.ts";
import { rootTest } from "../support/root-test.ts";

rootTest(
  "a Go program is told of as soon as it runs, and forgotten when it has ended",
  async () => {
    await using undo = new AsyncDisposableStack();
    const cgroup = createCgroup();
    undo.defer(() => cgroup.remove());
    const kernel = undo.adopt(openKernel({ cgroupFd: cgroup.fd, mode: "tap", redirect: null, passThroughPorts: [] }), (each) => each.close()); // prettier-ignore
    const known = new Map<number, number>();
    const forgotten = Promise.withResolvers<number>();
    const attribution: Attribution = {
      hooks: [],
      addGo: (pid, { goid }) => {
        known.set(pid, goid);
        return () => forgotten.resolve(pid);
      },
      addRequestWord: () => () => {},
      addCarrier: () => () => {},
      spare: () => true,
      [Symbol.dispose]: () => {},
    };
    const watch = undo.use(new ProgramWatch(attribution, cgroup, kernel));
    const env = { PORT: String(freePort()), DEPENDENCY: "http://127.0.0.1:1", PATH: process.env["PATH"] ?? "" };
    const command = `exec ${goProgram("gateway/go")}`;
    const target = await launch({ command, cwd: "/", env, user: null, cgroup, files: [], stdout: "stderr" });
    const listens = Promise.withResolvers<void>();
    kernel.onListen(() => listens.resolve());
    await listens.promise;
    await watch.settled();
    expect([...known]).toEqual([[target.pid, 152]]);
    await target.stop(5_000);
    expect(await forgotten.promise).toBe(target.pid);
  },
  60_000,
);
