/**
 * To be run in a network namespace of its own, with 127.0.0.1 as the name server: puts replay sessions on port 53, UDP and
 * TCP, has glibc's `getent` look names up, and prints what came of each as JSON.
 */
import { type Answer, TRUNCATED_RESPONSE } from "dns-packet";
import { type Miss } from "../../src/core/exchange.ts";
import { type Pool } from "../../src/core/pool.ts";
import { type Protocol } from "../../src/core/protocol.ts";
import { dns } from "../../src/protocols/dns/index.ts";
import { answer } from "../../src/proxy/answer.ts";
import { Conversation } from "../../src/proxy/conversation.ts";
import { relayHandlers } from "../../src/proxy/relay.ts";
import { dnsPeer, emitted, prefixed, queryOf, recorded, recordedA, replyTo } from "./dns-wire.ts";
import { exactPool } from "./exact-pool.ts";

const many = queryOf("many.example", "A");
const addresses = Array.from({ length: 80 }, (_, i): Answer => ({
  name: "many.example",
  type: "A",
  ttl: 1,
  data: `10.1.0.${i}`,
}));
const overTcp = dns.record(dnsPeer("tcp"));
void [...overTcp.data({ from: "client", bytes: prefixed(many), at: 1 })];
const whole = emitted([
  ...overTcp.data({ from: "server", bytes: prefixed(replyTo(many, { answers: addresses })), at: 2 }),
]);

const alias = queryOf("www.shop.example", "A");
const aliasReply = replyTo(alias, {
  answers: [
    { name: "www.shop.example", type: "CNAME", ttl: 60, data: "shop.example" },
    { name: "shop.example", type: "A", ttl: 60, data: "10.0.0.7" },
  ],
});

const pool = exactPool(dns, [
  recordedA("shop.example", "10.0.0.7"),
  recorded(alias, aliasReply),
  recorded(many, replyTo(many, { flags: TRUNCATED_RESPONSE })),
  ...whole,
  recordedA("gone.example"),
]) as Pool<unknown>;

let misses: string[] = [];
const onMiss = (miss: Miss): void => void misses.push(miss.asked);
const converse = (transport: "tcp" | "udp"): Conversation => {
  const peer = dnsPeer(transport);
  const protocol = dns as Protocol;
  const open = (chosen: Protocol) => chosen.replay(peer, pool);
  return new Conversation({
    protocols: [protocol],
    fallback: protocol,
    peer,
    open,
    budgetBytes: 65_536,
    expectedFor: () => null,
    isTlsFor: () => false,
    tls: "unread",
  });
};

const socket = relayHandlers((client) => {
  const quiet = { tls: null, onUnread: () => {}, onName: () => {}, onClosed: () => {} };
  answer({ client, conversation: converse("tcp"), onMiss, ...quiet });
});
const tcp = Bun.listen({ hostname: "127.0.0.1", port: 53, allowHalfOpen: true, data: { ear: null }, socket });
const udp = await Bun.udpSocket({
  hostname: "127.0.0.1",
  port: 53,
  socket: {
    error: () => {},
    data: (from, bytes, port, address) => {
      for (const step of converse("udp").data({ from: "client", bytes: Uint8Array.from(bytes), at: 1 })) {
        if (step.do === "send") from.send(step.bytes, port, address);
        if (step.do === "miss") onMiss(step.miss);
      }
    },
  },
});

const found: Record<string, unknown> = {};
for (const name of ["shop.example", "www.shop.example", "many.example", "gone.example", "unknown.example"]) {
  misses = [];
  const run = Bun.spawn(["getent", "ahosts", `${name}`], { stdout: "pipe" });
  const lines = (await new Response(run.stdout).text()).split("\n").filter((line) => line.includes("STREAM"));
  const texts = lines.map((line) => line.split(" ")[0]);
  found[name] = {
    addresses: texts.sort(),
    misses: [...new Set(misses)].filter((asked) => !asked.endsWith(".lan")).sort(),
  };
}
tcp.stop(true);
udp.close();
process.stdout.write(JSON.stringify(found));
