import { expect } from "bun:test";
import { openSync } from "node:fs";
import type { ListenEvent } from "../../src/capture/listeners.ts";
import { openKernel } from "../../src/capture/kernel.ts";
import { EnvironmentError } from "../../src/core/errors.ts";
import { Tapped } from "../support/captured.ts";
import { rootTest } from "../support/root-test.ts";

rootTest("listeners are told of as they come and go, at once and with their address", async () => {
  await using tapped = new Tapped();
  const events: (ListenEvent & { lateMs: number })[] = [];
  const both = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  tapped.kernel.onListen((event) => {
    events.push({ ...event, lateMs: Date.now() - event.at });
    if (events.length === 2) both.resolve();
    if (events.length === 4) gone.resolve();
  });
  const script = `import socket,sys
a=socket.create_server(("127.0.0.1",0)); b=socket.create_server(("::1",0),family=socket.AF_INET6)
a.listen(9)
print(a.getsockname()[1],b.getsockname()[1],flush=True)
sys.stdin.read()`;
  using app = tapped.start("python3", "-c", `import time\n${script.replace("sys.stdin.read()", "time.sleep(60)")}`);
  const ports = (await app.line()).split(" ").map(Number);
  await both.promise;
  app.process.kill("SIGKILL");
  await gone.promise;
  const brief = events.map(({ kind, port, address, family }) => ({ kind, port, address, family }));
  const at4 = { port: ports[0] ?? 0, address: "127.0.0.1", family: 4 } as const;
  const at6 = { port: ports[1] ?? 0, address: "::1", family: 6 } as const;
  expect(brief.slice(0, 2)).toEqual([
    { kind: "listen", ...at4 },
    { kind: "listen", ...at6 },
  ]);
  expect(brief.slice(2)).toContainEqual({ kind: "gone", ...at4 });
  expect(brief.slice(2)).toContainEqual({ kind: "gone", ...at6 });
  expect(new Set(events.map(({ cookie }) => cookie)).size).toBe(2);
  const replayed: ListenEvent[] = [];
  tapped.kernel.onListen((event) => replayed.push(event));
  expect(replayed).toHaveLength(4);
});

rootTest("what is not a cgroup is an error of the environment that names the program", () => {
  const fd = openSync("/proc/self", "r");
  const open = () => openKernel({ cgroupFd: fd, mode: "tap", redirect: null, passThroughPorts: [] });
  expect(open).toThrow(EnvironmentError);
  expect(open).toThrow(/^failed to attach reprise_watch \(sockops\): E/);
});

rootTest("the mode's programs are in use, the others are not", async () => {
  await using tapped = new Tapped();
  const used = tapped.kernel.programs.filter(({ status }) => status === "attached").map(({ name }) => name);
  expect(used).toEqual(["reprise_watch", "reprise_tap_in", "reprise_tap_out"]);
  expect(tapped.kernel.drops()).toEqual({ ringFull: 0, unreadable: 0, tooLong: 0 });
  expect(tapped.kernel.originOf("127.0.0.1", 1, "tcp")).toBeNull();
});
