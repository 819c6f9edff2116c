/** The redirect of recording against real programs: connections that may be TLS arrive at our socket, all else goes its way. */
import { describe, expect } from "bun:test";
import { join } from "node:path";
import { openKernel } from "../../src/capture/kernel.ts";
import { Inhabited, outside, Tapped } from "../support/captured.ts";
import { freePort } from "../support/recorded.ts";
import { Redirected } from "../support/redirected.ts";
import { rootTest } from "../support/root-test.ts";

const dialer = ["python3", join(import.meta.dir, "../apps/dialer/dialer.py")] as const;

// Addresses of documentation (RFC 5737, RFC 3849): nobody answers there.
const far = ["203.0.113.7", "2001:db8::7", "::ffff:203.0.113.7"] as const;
const plain = (address: string) => address.replace("::ffff:", "");

const record = (passThroughPorts: readonly number[] = []) => Redirected.open(undefined, passThroughPorts, "record");

const said = async (redirected: Redirected, kind: string, address: string, port: number) =>
  JSON.parse(await redirected.start(...dialer, kind, address, String(port)).line()) as unknown;

/** A server of somebody else on this machine, at both loopback addresses. */
const real = (hostname: string) =>
  Bun.listen({ hostname, port: 0, socket: { open: (each) => void each.end("real"), data() {} } });

describe.each(far)("to %s", (address) => {
  rootTest("an unknown destination is redirected, and the app sees the peer that it asked for", async () => {
    await using redirected = await record();
    using app = redirected.start(...dialer, "tcp", address, "5432");
    expect(JSON.parse(await app.line())).toEqual({ peer: [address, 5432], said: `${plain(address)} 5432` });
    expect(redirected.arrivals).toEqual([{ at: "tcp", address: plain(address), port: 5432 }]);
    // A container counts its processes otherwise than the kernel's programs do.
    expect([app.process.pid, null]).toContain(redirected.pids[0] ?? null);
  });
});

describe.each([
  ["127.0.0.1", "127.0.0.1"],
  ["127.0.0.1", "::ffff:127.0.0.1"],
  ["::1", "::1"],
])("a server on %s, asked for at %s", (bound, asked) => {
  rootTest("is reached straight once it is known to be clear, whichever family it was learned from", async () => {
    using server = real(bound);
    await using redirected = await record();
    expect(await said(redirected, "tcp", asked, server.port)).toMatchObject({ said: `${plain(asked)} ${server.port}` });
    redirected.kernel.learnClear(plain(asked), server.port);
    expect(await said(redirected, "tcp", asked, server.port)).toMatchObject({ said: "real" });
    redirected.kernel.learnClear("nonsense", server.port);
    expect(redirected.arrivals).toHaveLength(1);
  });

  rootTest("is reached straight at a port that is passed through", async () => {
    using server = real(bound);
    await using redirected = await record([server.port]);
    expect(await said(redirected, "tcp", asked, server.port)).toMatchObject({ said: "real" });
  });
});

const ECONNREFUSED = 111;

rootTest.each(["127.0.0.1", "::1", "::ffff:127.0.0.1"])(
  "the app is refused where nobody listens at %s, and redirected once somebody does",
  async (address) => {
    await using redirected = await record();
    const port = freePort();
    for (let i = 0; i < 2; i++) expect(await said(redirected, "tcp", address, port)).toEqual({ error: ECONNREFUSED });
    expect(redirected.arrivals).toEqual([]);
    const refusing = [{ address: plain(address), port }];
    expect(redirected.kernel.refusing()).toEqual(refusing);
    const server = Bun.listen({ hostname: address === "::1" ? "::1" : "127.0.0.1", port, socket: { data() {} } });
    expect(await said(redirected, "tcp", address, port)).toMatchObject({ said: `${plain(address)} ${port}` });
    expect(redirected.kernel.refusing()).toEqual([]);
    server.stop(true);
    expect(await said(redirected, "tcp", address, port)).toEqual({ error: ECONNREFUSED });
    expect(redirected.kernel.refusing()).toEqual(refusing);
    expect(redirected.arrivals).toHaveLength(1);
  },
);

/** Bound to a device, it is not found by its address alone, as what the packet filter leads elsewhere is not. */
const hidden = `import socket
l=socket.socket(); l.setsockopt(socket.SOL_SOCKET,socket.SO_BINDTODEVICE,b"lo"); l.bind(("127.0.0.1",0)); l.listen()
print(l.getsockname()[1],flush=True)
while True:
    c,_=l.accept(); c.sendall(b"hidden"); c.close()`;

rootTest.each(["127.0.0.1", "::ffff:127.0.0.1"])(
  "who answers at %s although nobody seems to listen is missed once",
  async (address) => {
    using server = outside("python3", "-c", hidden);
    const port = Number(await server.line());
    await using redirected = await record();
    expect(await said(redirected, "tcp", address, port)).toMatchObject({ said: "hidden" });
    for (let i = 0; i < 2; i++) {
      expect(await said(redirected, "tcp", address, port)).toMatchObject({ said: `127.0.0.1 ${port}` });
    }
    expect(redirected.kernel.refusing()).toEqual([]);
  },
);

rootTest.each(["127.0.0.1", "0.0.0.0", "::1", "::"])("the app reaches its own listener on %s", async (address) => {
  await using redirected = await record();
  expect(await said(redirected, "own", address, 0)).toMatchObject({ said: "own" });
  expect(redirected.arrivals).toEqual([]);
});

const echo = `import socket
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(("127.0.0.1",0)); print(s.getsockname()[1],flush=True)
while True:
    b,a=s.recvfrom(99); s.sendto(b,a)`;

rootTest("datagrams are not touched", async () => {
  await using others = new Inhabited();
  await using redirected = await record();
  using server = others.start("python3", "-c", echo);
  const port = Number(await server.line());
  for (const kind of ["datagram", "connected"]) {
    expect(await said(redirected, kind, "127.0.0.1", port)).toMatchObject({ peer: ["127.0.0.1", port], said: "ask" });
  }
  expect(redirected.arrivals).toEqual([]);
});

const elsewhere = `import json,socket,subprocess,ctypes
ctypes.CDLL(None,use_errno=True).unshare(0x40000000)
subprocess.run(["ip","link","set","lo","up"],check=True)
l=socket.create_server(("127.0.0.1",0))
import os
if os.fork()==0:
    c,_=l.accept(); c.sendall(b"own network"); c.close(); os._exit(0)
s=socket.create_connection(("127.0.0.1",l.getsockname()[1]))
print(s.recv(99).decode(),flush=True)
t=socket.socket(); t.settimeout(5)
try:
    t.connect(("203.0.113.7",443)); print("taken",flush=True)
except OSError as e:
    print(e.strerror,flush=True)`;

rootTest("what has a network namespace of its own is left to it", async () => {
  await using redirected = await record();
  using app = redirected.start("python3", "-c", elsewhere);
  expect([await app.line(), await app.line()]).toEqual(["own network", "Network is unreachable"]);
  expect(redirected.arrivals).toEqual([]);
});

rootTest("without our listener, the app's connections go their way", async () => {
  using server = real("127.0.0.1");
  await using inhabited = new Inhabited();
  const gone = real("127.0.0.1");
  const redirect = { port4: gone.port, port6: 0, dnsPort4: 0, dnsPort6: 0, sinkPort4: 0, sinkPort6: 0 };
  gone.stop(true);
  const kernel = openKernel({ cgroupFd: inhabited.cgroup.fd, mode: "record", redirect, passThroughPorts: [] });
  using app = inhabited.start(...dialer, "tcp", "127.0.0.1", String(server.port));
  expect(JSON.parse(await app.line())).toMatchObject({ said: "real" });
  await kernel.close();
});

rootTest("the tap sees what goes straight, and nothing of what passes our listeners", async () => {
  using straight = real("127.0.0.1");
  using ours = real("127.0.0.1");
  const redirect = { port4: ours.port, port6: 0, dnsPort4: 0, dnsPort6: 0, sinkPort4: 0, sinkPort6: 0 };
  await using tapped = new Tapped({ mode: "record", redirect });
  tapped.kernel.learnClear("127.0.0.1", straight.port);
  for (const [address, port] of [
    ["127.0.0.1", straight.port],
    ["203.0.113.7", 443],
  ] as const) {
    using app = tapped.start(...dialer, "tcp", address, String(port));
    expect(JSON.parse(await app.line())).toMatchObject({ said: "real" });
    await app.process.exited;
  }
  const events = await tapped.events();
  expect(new Set(events.map(({ flow }) => flow.server.port))).toEqual(new Set([straight.port]));
});
