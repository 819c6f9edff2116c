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

const echo = `import socket
l=socket.create_server(("127.0.0.1",0)); print(l.getsockname()[1],flush=True)
while True:
    c,_=l.accept()
    while (d:=c.recv(99)): c.sendall(d)`;
const ends = { client: { address: "127.0.0.1", port: 9 }, server: { address: "203.0.113.7", port: 443 } } as const;
const nowMs = () => performance.timeOrigin + performance.now();

/** Resolves when the file has that many bytes. */
async function grown(path: string, bytes: number): Promise<void> {
  while (statSync(path).size < bytes) await new Promise((resolve) => setImmediate(resolve));
}

rootTest("packets of every length come whole, whatever room they were given", async () => {
  await using tapped = new Tapped();
  using app = tapped.start("python3", "-c", echo.replace("99", "1<<20"));
  const port = Number(await app.line());
  const rooms = [64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 8192, 16_384, 32_768];
  const lengths = [1, ...rooms.flatMap((room) => [room - 1, room, room + 1])];
  const said = lengths.map((length, i) => Buffer.alloc(length, `${i},`));
  let waited = { bytes: 0, resolve: () => {} };
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data: (_, bytes) => {
        waited.bytes -= bytes.length;
        if (waited.bytes === 0) waited.resolve();
      },
    },
  });
  for (const each of said) {
    const { promise, resolve } = Promise.withResolvers<void>();
    waited = { bytes: each.length, resolve };
    expect(socket.write(each)).toBe(each.length);
    await promise;
  }
  socket.end();
  const events = await tapped.events();
  const all = (side: string) =>
    Buffer.concat(events.flatMap((event) => (event.type === "chunk" && event.from === side ? [event.bytes] : [])));
  expect(events.filter(({ type }) => type === "gap")).toEqual([]);
  expect(all("client").equals(Buffer.concat(said))).toBe(true);
  expect(all("server").equals(Buffer.concat(said))).toBe(true);
});

rootTest("what the proxy relays and what the tap sees is in the journal in the order in which it passed", async () => {
  await using tapped = new Tapped();
  using app = tapped.start("python3", "-c", echo);
  const port = Number(await app.line());
  const answered = { resolve: (_said: string) => {} };
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: { data: (_, bytes) => answered.resolve(bytes.toString()) },
  });
  const flow = tapped.tap.relayed({ direction: "outgoing", ...ends, at: nowMs() });
  for (let i = 0; i < 50; i++) {
    const { promise, resolve } = Promise.withResolvers<string>();
    answered.resolve = resolve;
    socket.write(`tapped ${i}`);
    await promise;
    flow.data("client", new TextEncoder().encode(`relayed ${i}`), nowMs());
  }
  socket.end();
  flow.close(true, nowMs());
  const events = await tapped.events();
  const said = events.flatMap((event) =>
    event.type === "chunk" && event.from === "client" ? [Buffer.from(event.bytes).toString()] : [],
  );
  expect(said).toEqual(Array.from({ length: 50 }, (_, i) => [`tapped ${i}`, `relayed ${i}`]).flat());
  expect(tapped.tap.relayedDrops).toBe(0);
});

rootTest(
  "much at once is taken as it comes, and what finds no room is counted",
  async () => {
    await using tapped = new Tapped();
    const flow = tapped.tap.relayed({ direction: "outgoing", ...ends, at: nowMs() });
    const chunk = new Uint8Array(1 << 20).fill(120);
    for (let i = 0; i < 60; i++) {
      flow.data("server", chunk, nowMs());
      await grown(tapped.tap.journalPath, (i - 8) << 20);
    }
    const before = tapped.tap.relayedDrops;
    // Faster than anything reads: in one turn.
    for (let i = 0; i < 60; i++) flow.data("server", chunk, nowMs());
    flow.end("server", nowMs());
    flow.end("client", nowMs());
    let bytes = 0;
    let lost = 0;
    await tapped.events((event) => {
      if (event.type === "chunk") bytes += event.bytes.length;
      if (event.type === "gap") lost += event.length;
      return false;
    });
    expect(bytes + lost).toBe(120 << 20);
    expect(lost > 0).toBe(tapped.tap.relayedDrops > 0);
    expect(before).toBe(0);
  },
  30_000,
);

/** A source that stops when it is told to, as a relay does. */
class Obedient {
  isHeld = false;
  holds = 0;
  #goOn = () => {};

  hold(): void {
    this.isHeld = true;
    this.holds++;
  }

  release(): void {
    this.isHeld = false;
    this.#goOn();
  }

  whenReleased(): Promise<void> {
    return new Promise((resolve) => (this.#goOn = resolve));
  }
}

rootTest(
  "who fills the ring faster than it is emptied is held up, and nothing is lost",
  async () => {
    await using tapped = new Tapped();
    const source = new Obedient();
    const flow = tapped.tap.relayed({ direction: "outgoing", ...ends, at: nowMs() }, source);
    const chunk = new Uint8Array(1 << 20).fill(120);
    const COUNT = 300;
    for (let i = 0; i < COUNT; i++) {
      // In one turn, as long as it may.
      flow.data("server", chunk, nowMs());
      if (source.isHeld) await source.whenReleased();
    }
    flow.end("server", nowMs());
    flow.end("client", nowMs());
    flow.close(false, nowMs());
    let bytes = 0;
    const events = await tapped.events((event) => {
      if (event.type === "chunk") bytes += event.bytes.length;
      return event.type === "gap";
    });
    expect([bytes, events, tapped.tap.relayedDrops, source.holds > 0]).toEqual([COUNT << 20, [], 0, true]);
  },
  30_000,
);

rootTest(
  "when the journal takes no more, nobody is held up for it, and what is lost is counted",
  async () => {
    using folder = new Folder();
    await using inhabited = new Inhabited();
    const mount = folder.at("full");
    Bun.spawnSync(["mkdir", mount]);
    expect(Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount]).exitCode).toBe(0);
    const options = { cgroupFd: inhabited.cgroup.fd, mode: "tap", redirect: null, passThroughPorts: [] } as const;
    const kernel = openKernel(options);
    try {
      const tap = startTap(kernel, `${mount}/journal`, meta);
      const source = new Obedient();
      const flow = tap.relayed({ direction: "outgoing", ...ends, at: nowMs() }, source);
      const chunk = new Uint8Array(1 << 20);
      for (let i = 0; i < 40; i++) {
        flow.data("server", chunk, nowMs());
        if (source.isHeld) await source.whenReleased();
      }
      expect(await tap.failed).toBeInstanceOf(EnvironmentError);
      expect([source.isHeld, tap.relayedDrops > 0]).toEqual([false, true]);
      await tap.stop();
    } finally {
      await kernel.close();
      Bun.spawnSync(["umount", mount]);
    }
  },
  30_000,
);
