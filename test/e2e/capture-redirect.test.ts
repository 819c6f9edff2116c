/** The redirect against real programs: they arrive at our sockets, we learn where they wanted to go, they see no difference. */
import { describe, expect } from "bun:test";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { Folder } from "../support/folder.ts";
import { outside } from "../support/captured.ts";
import { freePort } from "../support/recorded.ts";
import { Redirected } from "../support/redirected.ts";
import { rootTest } from "../support/root-test.ts";

const apps = join(import.meta.dir, "../apps");
const dialer = ["python3", join(apps, "dialer/dialer.py")] as const;

// Addresses of documentation (RFC 5737, RFC 3849): nobody answers there.
const far = ["203.0.113.7", "2001:db8::7", "::ffff:203.0.113.7"] as const;
const plain = (address: string) => address.replace("::ffff:", "");

const said = async (redirected: Redirected, kind: string, address: string, port: number) =>
  JSON.parse(await redirected.start(...dialer, kind, address, String(port)).line()) as unknown;

describe.each(far)("to %s", (address) => {
  rootTest("a non-blocking connect arrives, and the app sees the peer that it asked for", async () => {
    await using redirected = await Redirected.open();
    expect(await said(redirected, "tcp", address, 5432)).toEqual({
      peer: [address, 5432],
      said: `${plain(address)} 5432`,
    });
    expect(redirected.arrivals).toEqual([{ at: "tcp", address: plain(address), port: 5432 }]);
  });

  rootTest.each(["datagram", "connected"])("a question by %s socket is answered by whom it asked", async (kind) => {
    await using redirected = await Redirected.open();
    expect(await said(redirected, kind, address, 53)).toEqual({ peer: [address, 53], said: "ask" });
    expect(redirected.arrivals).toEqual([{ at: "dns", address: plain(address), port: 53 }]);
  });

  rootTest("any other datagram ends in the sink", async () => {
    await using redirected = await Redirected.open();
    await said(redirected, "silent", address, 8125);
    // A question afterwards comes out of the other socket, so both are awaited.
    await said(redirected, "datagram", address, 53);
    const sunk = { at: "sink", address: plain(address), port: 8125 } as const;
    expect(redirected.arrivals).toContainEqual(sunk);
  });
});

const here = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .filter(({ address, scopeid }) => address !== "127.0.0.1" && (scopeid ?? 0) === 0)
  .map(({ address }) => address);

rootTest.each(["127.0.0.1", "0.0.0.0", "::1", "::", ...here])(
  "the app reaches its own listener on %s",
  async (address) => {
    await using redirected = await Redirected.open();
    expect(await said(redirected, "own", address, 0)).toMatchObject({ said: "own" });
    expect(redirected.arrivals).toEqual([]);
  },
);

rootTest("a loopback port that the app does not listen on is redirected, one passed through is not", async () => {
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { open: (each) => void each.end("real"), data() {} },
  });
  {
    await using redirected = await Redirected.open();
    expect(await said(redirected, "tcp", "127.0.0.1", server.port)).toMatchObject({ said: `127.0.0.1 ${server.port}` });
  }
  await using redirected = await Redirected.open(undefined, [server.port]);
  expect(await said(redirected, "tcp", "127.0.0.1", server.port)).toMatchObject({ said: "real" });
});

const ECONNREFUSED = 111;

rootTest.each(["127.0.0.1", "::1", "::ffff:127.0.0.1"])(
  "who refused at %s refuses again, and who listens there by now is not reached",
  async (address) => {
    const port = freePort();
    await using redirected = await Redirected.open(undefined, [], "redirect", [{ address: plain(address), port }]);
    expect(await said(redirected, "tcp", address, port)).toEqual({ error: ECONNREFUSED });
    expect(redirected.arrivals).toEqual([]);
    const hostname = address === "::1" ? "::1" : "127.0.0.1";
    const server = Bun.listen({ hostname, port, socket: { open: (each) => void each.end("real"), data() {} } });
    expect(await said(redirected, "tcp", address, port)).toMatchObject({ said: `${plain(address)} ${port}` });
    server.stop(true);
    expect(redirected.arrivals).toHaveLength(1);
  },
);

rootTest("nobody outside the cgroup is redirected, and a stranger at our port has no origin", async () => {
  await using redirected = await Redirected.open();
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { open: (each) => void each.end("real"), data() {} },
  });
  using stranger = outside(...dialer, "tcp", "127.0.0.1", String(server.port));
  expect(JSON.parse(await stranger.line())).toMatchObject({ said: "real" });
  expect(redirected.kernel.originOf("127.0.0.1", server.port, "tcp")).toBeNull();
});

rootTest("many connections at once keep their own destinations", async () => {
  await using redirected = await Redirected.open();
  const ports = Array.from({ length: 40 }, (_, i) => 6000 + i);
  const answers = await Promise.all(ports.map((port) => said(redirected, "tcp", "203.0.113.7", port)));
  expect(answers).toEqual(ports.map((port) => ({ peer: ["203.0.113.7", port], said: `203.0.113.7 ${port}` })));
});

describe("a name is looked up at our resolver", () => {
  /** Answers an A question with 192.0.2.10, everything else with nothing (RFC 1035, 4.1). */
  const answer = (question: Buffer): Uint8Array => {
    const end = question.indexOf(0, 12) + 5;
    const isA = question.readUInt16BE(end - 4) === 1;
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(isA ? 1 : 0, 6);
    head.fill(0, 8);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 10]);
    return Buffer.concat([head, question.subarray(12, end), ...(isA ? [record] : [])]);
  };

  rootTest("by glibc's getaddrinfo", async () => {
    await using redirected = await Redirected.open(answer);
    expect(await said(redirected, "lookUp", "db.example.test", 5432)).toEqual({ found: ["192.0.2.10"] });
    expect(redirected.arrivals.every((arrival) => arrival?.at === "dns" && arrival.port === 53)).toBe(true);
  });

  rootTest("by node's resolver", async () => {
    await using redirected = await Redirected.open(answer);
    const script = `require("dns").resolve4("db.example.test", (e, found) => console.log(e ?? found.join(" ")))`;
    expect(await redirected.start("node", "-e", script).line()).toBe("192.0.2.10");
  });

  rootTest(
    "by Go's resolver",
    async () => {
      using folder = new Folder();
      const program = folder.at("lookup");
      const built = Bun.spawnSync(["go", "build", "-o", program, join(apps, "lookup/main.go")], { stderr: "inherit" });
      expect(built.exitCode).toBe(0);
      await using redirected = await Redirected.open(answer);
      expect(await redirected.start(program, "db.example.test").line()).toBe("192.0.2.10");
    },
    60_000,
  );
});
