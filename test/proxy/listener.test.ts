/** The proxy's doors: what is let in, what each is told, and that all of it closes again. */
import { expect, test } from "bun:test";
import { type Peer, type Protocol } from "../../src/core/protocol.ts";
import { type AnsweringOptions } from "../../src/proxy/answer-gate.ts";
import { startProxy } from "../../src/proxy/listener.ts";
import { dnsProxy } from "../support/dns-proxy.ts";
import { decoded, queryOf, recordedA } from "../support/dns-wire.ts";
import { exactPool } from "../support/exact-pool.ts";
import { dial } from "../support/loopback.ts";
import { quietProxy } from "../support/stub-sessions.ts";
import { toyProtocol } from "../support/toy-protocol.ts";

const spec = { asked: "a", answered: "one" };
const pool = exactPool(toyProtocol, [{ spec, startedAt: 0, endedAt: 1, reuse: "repeat" }]);

const optionsOf = (options: Partial<AnsweringOptions>): AnsweringOptions => ({
  ...quietProxy,
  names: new Map(),
  poolFor: () => pool as never,
  ...options,
});

/** Sends one datagram; resolves with the reply. */
const ask = async (hostname: string, port: number, bytes: Uint8Array): Promise<Uint8Array> => {
  let give = (_bytes: Uint8Array): void => {};
  const reply = new Promise<Uint8Array>((resolve) => (give = resolve));
  const socket = await Bun.udpSocket({ hostname, port: 0, socket: { data: (_s, got) => give(Uint8Array.from(got)) } });
  socket.send(bytes, port, hostname);
  const got = await reply;
  socket.close();
  return got;
};

test("a connection is answered as its original destination, under the name that was looked up", async () => {
  const peers: Peer[] = [];
  const asked: [string, string][] = [];
  await using proxy = await startProxy(
    optionsOf({
      originOf: (address, _port, transport) => {
        asked.push([address, transport]);
        return { address: "::ffff:10.0.0.7", port: 7000 };
      },
      poolFor: (_protocol, peer) => (peers.push(peer), pool as never),
      names: new Map([["10.0.0.7", "shop.example"]]),
    }),
  );
  for (const [port, host] of [
    [proxy.ports.port4, "127.0.0.1"],
    [proxy.ports.port6, "::1"],
  ] as const) {
    const replies: string[] = [];
    const socket = await Bun.connect({
      hostname: host,
      port,
      socket: {
        data: (from, bytes) => (replies.push(bytes.toString()), void from.end()),
        open: (to) => void to.write("a\n"),
      },
    });
    while (socket.readyState > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(replies).toEqual(["one\n"]);
  }
  const { connection: _first, ...peer } = peers[0] as Peer;
  expect(peer).toEqual({
    host: "shop.example",
    address: "10.0.0.7",
    port: 7000,
    isTls: false,
    surroundings: [],
    direction: "outgoing",
    transport: "tcp",
  });
  expect(new Set(peers.map(({ connection }) => connection)).size).toBe(2);
  expect(asked).toEqual([
    ["127.0.0.1", "tcp"],
    ["::1", "tcp"],
  ]);
});

test("misses and what cannot be read are told with their peer; TLS is reset", async () => {
  const told: string[] = [];
  await using proxy = await startProxy(
    optionsOf({
      onMiss: (miss, peer) => told.push(`${miss.asked} of ${peer.address}`),
      onUnread: (reason, peer) => told.push(`${reason} to ${peer.address}`),
    }),
  );
  const client = dial(proxy.ports.port4);
  client.socket.write("b\n");
  client.socket.end();
  await client.closed;
  const tls = dial(proxy.ports.port4);
  tls.socket.write(Uint8Array.of(0x16, 3, 1, 0, 4, 1, 0, 0, 0));
  expect(await tls.closed).toBe("ECONNRESET");
  expect(told).toEqual(["b of 10.0.0.7", "TLS to 10.0.0.7"]);
});

test("datagrams are answered over IPv4 and IPv6, and name the addresses that they gave", async () => {
  const names = new Map<string, string>();
  await using proxy = await dnsProxy({ exchanges: [recordedA("shop.example", "10.0.0.7")], names });
  for (const [host, port] of [
    ["127.0.0.1", proxy.ports.dnsPort4],
    ["::1", proxy.ports.dnsPort6],
  ] as const) {
    const reply = decoded(await ask(host, port, queryOf("shop.example", "A", { id: 9 })));
    expect([reply.id, reply.answers?.length]).toEqual([9, 1]);
  }
  expect([...names]).toEqual([["10.0.0.7", "shop.example"]]);
});

test("what reaches the sink is counted by where it was going; strangers are counted apart", async () => {
  let isOurs = true;
  await using proxy = await startProxy(
    optionsOf({ originOf: () => (isOurs ? { address: "2001:db8::1", port: 123 } : null) }),
  );
  const socket = await Bun.udpSocket({ hostname: "127.0.0.1", port: 0, socket: {} });
  const until = async (isThere: () => boolean): Promise<void> => {
    while (!isThere()) await new Promise((resolve) => setImmediate(resolve));
  };
  socket.send("metric", proxy.ports.sinkPort4, "127.0.0.1");
  socket.send("metric", proxy.ports.sinkPort4, "127.0.0.1");
  await until(() => proxy.dropped.get("[2001:db8::1]:123") === 2);
  isOurs = false;
  socket.send("metric", proxy.ports.sinkPort4, "127.0.0.1");
  socket.send(queryOf("shop.example", "A"), proxy.ports.dnsPort4, "127.0.0.1");
  await until(() => proxy.strangers === 2);
  expect([...proxy.dropped]).toEqual([["[2001:db8::1]:123", 2]]);
  socket.close();
});

test("an expected server that speaks first does so before the client says anything", async () => {
  const greeter = {
    ...toyProtocol,
    speaksFirst: "server",
    replay: () => ({
      start: () => [{ do: "send", bytes: Buffer.from("220 ready\n") }],
      data: () => [{ do: "close", reason: "quit" }],
      wake: () => [],
      gap: () => {},
      end: () => [],
    }),
  } as unknown as Protocol;
  await using proxy = await startProxy(optionsOf({ protocols: [greeter], expectedFor: () => greeter }));
  const client = dial(proxy.ports.port4);
  await client.until("220 ready\n");
  client.socket.write("QUIT\n");
  await client.ended;
  client.socket.end();
  expect(await client.closed).toBeNull();
});

test("close resets what is open and frees every port", async () => {
  const proxy = await startProxy(optionsOf({}));
  const client = dial(proxy.ports.port4);
  client.socket.write("a\n");
  await client.until("one");
  await proxy.close();
  expect(await client.closed).toBe("ECONNRESET");
  const late = dial(proxy.ports.port4);
  expect(await late.closed).toBe("ECONNREFUSED");
  const again = await Bun.udpSocket({ hostname: "127.0.0.1", port: proxy.ports.dnsPort4, socket: {} });
  again.close();
});
