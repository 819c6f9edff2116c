/** Steering against a real app and real clients, in this process's own cgroup: only what the proxy connects passes. */
import { expect } from "bun:test";
import { networkInterfaces } from "node:os";
import { connect } from "node:net";
import { join } from "node:path";
import type { FlowEvent } from "../../src/capture/flow-events.ts";
import { rootTest } from "../support/root-test.ts";
import { SteeredApp } from "../support/steered.ts";

const greeter = join(import.meta.dir, "../apps/greeter/greeter.py");
const here = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .filter(({ address, scopeid }) => !["127.0.0.1", "::1"].includes(address) && (scopeid ?? 0) === 0)
  .map(({ address }) => address);

/** What the app says to a client, and the client's own end. */
const greeted = (host: string, port: number) => {
  const { promise, resolve, reject } = Promise.withResolvers<{ said: string; own: number }>();
  const socket = connect({ host, port });
  socket.on("error", reject);
  socket.on("data", (bytes) => {
    resolve({ said: bytes.toString().trim(), own: socket.localPort ?? 0 });
    socket.end();
  });
  return promise;
};

const start = async (app: SteeredApp, ...addresses: readonly string[]) => {
  const process = app.start("python3", greeter, ...addresses);
  const ports = (await process.line()).split(" ").map(Number);
  return { process, ports };
};

rootTest.each(["127.0.0.1", "::1", ...here])("a client at %s is steered, and the app sees it itself", async (host) => {
  await using app = new SteeredApp();
  const { ports } = await start(app, "::");
  const [port = 0] = ports;
  for (let i = 0; i < 3; i++) {
    const { said, own } = await greeted(host, port);
    expect(said).toBe(`${host} ${own} ${host}`);
    expect(app.arrivals.at(-1)).toEqual({ client: { address: host, port: own }, to: { address: host, port } });
  }
  expect(app.arrivals).toHaveLength(3);
  const seen = (await app.events()).filter((event: FlowEvent) => event.type === "chunk");
  expect(seen).toEqual([]);
});

rootTest("what the app serves on one address is not steered on another", async () => {
  await using app = new SteeredApp();
  const { ports } = await start(app, "127.0.0.2");
  const [port = 0] = ports;
  using other = Bun.listen({
    hostname: "127.0.0.1",
    port,
    socket: { open: (each) => void each.end("other"), data() {} },
  });
  expect((await greeted("127.0.0.1", other.port)).said).toBe("other");
  expect(app.arrivals).toEqual([]);
  expect((await greeted("127.0.0.2", port)).said).toStartWith("127.0.0.1 ");
  expect(app.arrivals).toHaveLength(1);
});

rootTest("a port left alone is reached directly, and tapped", async () => {
  await using app = new SteeredApp();
  const { ports } = await start(app, "127.0.0.1", "127.0.0.1");
  const [alone = 0, steered = 0] = ports;
  app.steering.leaveAlone(alone);
  const { said, own } = await greeted("127.0.0.1", alone);
  expect(said).toBe(`127.0.0.1 ${own} 127.0.0.1`);
  expect(app.arrivals).toEqual([]);
  await greeted("127.0.0.1", steered);
  expect(app.arrivals).toHaveLength(1);
  const chunks = (await app.events()).filter((event) => event.type === "chunk");
  expect(chunks.map((chunk) => [chunk.flow.direction, chunk.flow.server.port])).toEqual([["incoming", alone]]);
});

rootTest("the app's connection to itself is not steered", async () => {
  await using app = new SteeredApp();
  const process = app.start("python3", greeter, "--ask", "127.0.0.1");
  await process.line();
  expect(await process.line()).toBe("True");
  expect(app.arrivals).toEqual([]);
});

rootTest("when the steering is gone, clients reach the app", async () => {
  await using app = new SteeredApp();
  const { ports } = await start(app, "127.0.0.1");
  const [port = 0] = ports;
  await greeted("127.0.0.1", port);
  app.steering[Symbol.dispose]();
  const { said, own } = await greeted("127.0.0.1", port);
  expect([said, app.arrivals.length]).toEqual([`127.0.0.1 ${own} 127.0.0.1`, 1]);
});

rootTest("many at once arrive, each in its own name", async () => {
  await using app = new SteeredApp();
  const { ports } = await start(app, "::");
  const all = await Promise.all(
    Array.from({ length: 40 }, (_, i) => greeted(i % 2 ? "::1" : "127.0.0.1", ports[0] ?? 0)),
  );
  for (const [i, { said, own }] of all.entries())
    expect(said.split(" ").slice(0, 2)).toEqual([i % 2 ? "::1" : "127.0.0.1", `${own}`]);
});
