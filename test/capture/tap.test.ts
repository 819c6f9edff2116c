import { expect } from "bun:test";
import { statSync } from "node:fs";
import { openKernel } from "../../src/capture/kernel.ts";
import { startTap } from "../../src/capture/tap.ts";
import { EnvironmentError } from "../../src/core/errors.ts";
import { Inhabited, outside, Tapped } from "../support/captured.ts";
import { Folder } from "../support/folder.ts";
import { rootTest } from "../support/root-test.ts";

const server = `import http.server;s=http.server.HTTPServer(("127.0.0.1",0),http.server.SimpleHTTPRequestHandler)
print(s.server_port,flush=True);s.serve_forever()`;
const meta = { command: "", testSet: "", startedAt: 0 };

rootTest("the journal is its owner's alone, and must not exist", async () => {
  await using tapped = new Tapped();
  expect(statSync(tapped.tap.journalPath).mode & 0o777).toBe(0o600);
  expect(() => startTap(tapped.kernel, tapped.tap.journalPath, meta)).toThrow(EnvironmentError);
});

rootTest("stopping twice is stopping once", async () => {
  await using tapped = new Tapped();
  await Promise.all([tapped.tap.stop(), tapped.tap.stop()]);
  expect(await tapped.events()).toEqual([]);
});

rootTest("a full disk is an error, and the app goes on", async () => {
  using folder = new Folder();
  await using inhabited = new Inhabited();
  const mount = folder.at("full");
  Bun.spawnSync(["mkdir", mount]);
  expect(Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount]).exitCode).toBe(0);
  const options = { cgroupFd: inhabited.cgroup.fd, mode: "tap", redirect: null, passThroughPorts: [] } as const;
  const kernel = openKernel(options);
  try {
    const tap = startTap(kernel, `${mount}/journal`, meta);
    using app = inhabited.start("python3", "-c", server);
    const port = await app.line();
    const ask = () => fetch(`http://127.0.0.1:${port}/`, { headers: { padding: "x".repeat(30_000) } });
    for (let i = 0; i < 5; i++) await (await ask()).text();
    const error = await tap.failed;
    expect([error.code, error.message]).toEqual([
      "environment.file",
      "Writing the capture's journal failed: ENOSPC: no space left on device.",
    ]);
    expect((await ask()).status).toBe(200);
    await tap.stop();
  } finally {
    await kernel.close();
    Bun.spawnSync(["umount", mount]);
  }
});

rootTest("more than the ring holds is counted as dropped, and what follows is whole", async () => {
  await using tapped = new Tapped({ ringBytes: 1 << 16 });
  using far = outside("python3", "-c", server);
  const port = await far.line();
  const ask = 'import sys,http.client as h; c=h.HTTPConnection(sys.argv[1]); c.request("GET","/",headers={"padding":"x"*50000}); print(c.getresponse().status)'; // prettier-ignore
  using app = tapped.start("python3", "-c", ask, `127.0.0.1:${port}`);
  expect(await app.line()).toBe("200");
  await app.process.exited;
  const events = await tapped.events();
  expect(events.at(-1)).toMatchObject({ type: "close" });
});
