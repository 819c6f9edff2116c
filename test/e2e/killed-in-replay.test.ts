/** `kill -9` of `reprise test`: nothing of the app lives on, and no real service hears of it. */
import { expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { gateway } from "../support/apps.ts";
import { Folder } from "../support/folder.ts";
import { freePort } from "../support/recorded.ts";
import { recorded, reprise } from "../support/reprise.ts";
import { rootTest } from "../support/root-test.ts";

/** Four processes that connect again and again as fast as they can; one of them has left its session. */
const restless = (port: number) => `
import os, signal, socket, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
family = [os.fork() for _ in range(2)]
if family[0] == 0: os.setsid()
connected = 0
while True:
    try:
        with socket.create_connection(("127.0.0.1", ${port})) as connection:
            connection.send(b"GET /restless HTTP/1.1\\r\\n")
    except OSError: pass
    connected += 1
    if connected == 50: os.write(1, b"pid %d goes round in %d\\n" % (os.getpid(), os.getpgid(0)))
`;

const processesWith = (mark: string): string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(mark);
    } catch {
      return false;
    }
  });

rootTest(
  "an app that connects without end reaches nobody, before the kill or after, and is gone",
  async () => {
    using folder = new Folder();
    const heard: number[] = [];
    const socket = { open: ({ remotePort }: { remotePort: number }) => void heard.push(remotePort), data() {} };
    const service = Bun.listen({ hostname: "127.0.0.1", port: 0, socket });
    const port = freePort();
    const dependency = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("said") });
    await recorded(folder.path, gateway("node", port, `http://127.0.0.1:${dependency.port}`), async () => {
      await (await fetch(`http://127.0.0.1:${port}/a`)).text();
    });
    await dependency.stop(true);
    const script = folder.write("restless.py", restless(service.port));
    for (let round = 0; round < 3; round++) {
      const words = ["test", "-p", folder.path, "-c", `exec python3 ${script}`, "--delay", "60s"];
      await using running = reprise(words, { cwd: folder.path });
      await running.line(/(?:pid \d+ goes round[^]*){4}/);
      const mark = `reprise-${running.pid}-`;
      running.kill("SIGKILL");
      await running.ended;
      const until = performance.now() + 10_000;
      while (processesWith(script).length > 0 && performance.now() < until) await new Promise(setImmediate);
      expect(processesWith(script)).toEqual([]);
      while (processesWith(mark).length > 0 && performance.now() < until) await new Promise(setImmediate);
      expect(processesWith(mark)).toEqual([]);
    }
    // Connections are accepted in their order: those before one of our own have been counted.
    const last = await Bun.connect({ hostname: "127.0.0.1", port: service.port, socket: { data() {} } });
    while (!heard.includes(last.localPort)) await new Promise(setImmediate);
    expect(heard).toEqual([last.localPort]);
    last.terminate();
    service.stop(true);
  },
  120_000,
);
