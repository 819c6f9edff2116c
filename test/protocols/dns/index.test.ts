/** The whole protocol with real resolvers: c-ares (node:dns) and glibc (getent), recorded and then answered by the proxy. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Resolver } from "node:dns/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as packet from "dns-packet";
import { type Exchange } from "../../../src/core/exchange.ts";
import { dns } from "../../../src/protocols/dns/index.ts";
import { type DnsSpec } from "../../../src/protocols/dns/spec.ts";
import { replyTo } from "../../support/dns-wire.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { dnsProxy } from "../../support/dns-proxy.ts";
import { recordWire, replayWire } from "../../support/run-session.ts";
import { startTapProxy } from "../../support/tap-proxy.ts";
import { type Wire } from "../../support/wire.ts";

const zone: packet.Answer[] = [
  { name: "shop.example", type: "A", ttl: 60, data: "10.0.0.7" },
  { name: "shop.example", type: "AAAA", ttl: 60, data: "2001:db8::7" },
  { name: "www.shop.example", type: "CNAME", ttl: 60, data: "shop.example" },
  { name: "shop.example", type: "MX", ttl: 60, data: { preference: 5, exchange: "mail.example" } },
  { name: "shop.example", type: "TXT", ttl: 60, data: ["two words; ö"] },
  {
    name: "_db._tcp.shop.example",
    type: "SRV",
    ttl: 60,
    data: { port: 5432, target: "db.example", priority: 1, weight: 2 },
  },
];

/** A name server over a zone, made of dns-packet. */
const answerFrom = (query: Uint8Array): Uint8Array => {
  const [question] = packet.decode(Buffer.from(query)).questions ?? [];
  const owned = zone.filter(({ name }) => name === question?.name.toLowerCase());
  const alias = owned.find(({ type }) => type === "CNAME") as packet.StringAnswer | undefined;
  const behind = alias === undefined ? [] : zone.filter(({ name }) => name === alias.data);
  const answers = [...owned, ...behind].filter(({ type }) => type === "CNAME" || type === question?.type);
  return replyTo(query, { answers, rcode: owned.length === 0 ? 3 : 0 });
};

const startNameServer = async () => {
  const udp = await Bun.udpSocket({
    hostname: "127.0.0.1",
    port: 0,
    // An asker that has gone is reported on our socket.
    socket: {
      data: (socket, bytes, port, address) => void socket.send(answerFrom(bytes), port, address),
      error: () => {},
    },
  });
  return { port: udp.port, close: () => udp.close() };
};

const resolverAt = (port: number): Resolver => {
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  return resolver;
};

const codeOf = (error: unknown): string => (error as { code: string }).code;

/** Everything that a service may ask, as one value. */
const askAll = async (resolver: Resolver) => ({
  a: await resolver.resolve4("shop.example"),
  again: await resolver.resolve4("SHOP.example"),
  aaaa: await resolver.resolve6("shop.example"),
  alias: await resolver.resolve4("www.shop.example"),
  mx: await resolver.resolveMx("shop.example"),
  txt: await resolver.resolveTxt("shop.example"),
  srv: await resolver.resolveSrv("_db._tcp.shop.example"),
  gone: await resolver.resolve4("gone.example").catch(codeOf),
});

const recordAll = async (): Promise<{ wire: Wire; exchanges: readonly Exchange<DnsSpec>[]; real: unknown }> => {
  const server = await startNameServer();
  const tap = { port: server.port, protocol: "dns", driver: "c-ares", usualPort: 53, transport: "udp" } as const;
  await using proxy = await startTapProxy(tap);
  const real = await askAll(resolverAt(proxy.port));
  server.close();
  const wire = proxy.wire();
  return { wire, real, exchanges: recordWire(dns, wire).exchanges };
};

test("what c-ares asked and heard is answered again with the name server gone, through YAML and the proxy", async () => {
  const { wire, exchanges, real } = await recordAll();
  expect(real).toMatchObject({ a: ["10.0.0.7"], alias: ["10.0.0.7"], txt: [["two words; ö"]], gone: "ENOTFOUND" });
  const stored = exchanges.map((exchange) => {
    const { kind, spec } = dns.toYaml(exchange.spec);
    return { ...exchange, spec: dns.fromYaml(kind, spec) };
  });
  expect(stored).toEqual([...exchanges]);
  const names = new Map<string, string>();
  const missed: string[] = [];
  await using proxy = await dnsProxy({ exchanges: stored, names, onMiss: (miss) => missed.push(miss.asked) });
  expect(await askAll(resolverAt(proxy.ports.dnsPort4))).toEqual(real as never);
  expect(missed).toEqual([]);
  expect(Object.fromEntries(names)).toEqual({ "10.0.0.7": "www.shop.example", "2001:db8::7": "shop.example" });
  expect(await resolverAt(proxy.ports.dnsPort4).resolve4("unknown.example").catch(codeOf)).toBe("ENOTFOUND");
  expect(missed).toEqual(["A unknown.example"]);
  expect(wire.lines.length).toBeGreaterThan(10);
});

test("the wire replays byte for byte", async () => {
  const { wire, exchanges } = await recordAll();
  const server = (each: Wire) => each.lines.filter(({ from, bytes }) => from === "server" && bytes !== null);
  const replayed = replayWire(dns, wire, exactPool(dns, exchanges));
  expect(replayed.misses).toEqual([]);
  expect(server(replayed.wire).map(({ bytes }) => bytes)).toEqual(server(wire).map(({ bytes }) => bytes));
});

/** glibc asks port 53 alone, so it has a network and a resolv.conf of its own; that takes root. */
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn("glibc's resolver is not tried: it takes root to give it port 53 of its own");

test.skipIf(!isRoot)("glibc's getaddrinfo is answered over UDP, and over TCP where a reply is long", async () => {
  const script = `ip link set lo up && mount --bind "$0/resolv.conf" /etc/resolv.conf &&
    mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && exec bun "$1"`;
  const folder = mkdtempSync(join(tmpdir(), "dns-"));
  writeFileSync(join(folder, "resolv.conf"), "nameserver 127.0.0.1\nsearch lan\noptions timeout:2 attempts:1\n");
  writeFileSync(join(folder, "nsswitch.conf"), "hosts: files dns\n");
  const helper = join(import.meta.dir, "..", "..", "support", "glibc-lookups.ts");
  const run = Bun.spawn(["unshare", "-n", "-m", "sh", "-c", script, folder, helper], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = await new Response(run.stdout).text();
  rmSync(folder, { recursive: true });
  expect(JSON.parse(output)).toEqual({
    "shop.example": { addresses: ["10.0.0.7"], misses: [] },
    "www.shop.example": { addresses: ["10.0.0.7"], misses: [] },
    "many.example": { addresses: Array.from({ length: 80 }, (_, i) => `10.1.0.${i}`).sort(), misses: [] },
    "gone.example": { addresses: [], misses: [] },
    "unknown.example": { addresses: [], misses: ["A unknown.example", "AAAA unknown.example"] },
  });
});
