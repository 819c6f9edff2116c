/** Answers from a recording, read by dns-packet. */
import { expect, test } from "bun:test";
import { type Exchange } from "../../../src/core/exchange.ts";
import { type Peer } from "../../../src/core/protocol.ts";
import { dns } from "../../../src/protocols/dns/index.ts";
import { replayDns } from "../../../src/protocols/dns/replay.ts";
import { type DnsSpec } from "../../../src/protocols/dns/spec.ts";
import {
  decoded,
  dnsPeer,
  emitted,
  prefixed,
  queryOf,
  recorded,
  recordedA,
  recordedSteps,
  replyTo,
} from "../../support/dns-wire.ts";
import { exactPool } from "../../support/exact-pool.ts";

/** What one session says to these queries: code and data of the answers, or the miss. */
const asker = (exchanges: readonly Exchange<DnsSpec>[], transport: Peer["transport"] = "udp") => {
  const session = replayDns(dnsPeer(transport), exactPool(dns, exchanges));
  return (query: Uint8Array) => {
    const bytes = transport === "udp" ? query : prefixed(query);
    return [...session.data({ from: "client", bytes, at: 1 })].flatMap((step) => {
      if (step.do === "miss") return [`miss ${step.miss.asked}`];
      if (step.do !== "send") return [];
      const reply = decoded(transport === "udp" ? step.bytes : step.bytes.subarray(2)) as ReturnType<typeof decoded> & {
        rcode: string;
      };
      const data = (reply.answers ?? []).map((answer) => ("data" in answer ? String(answer.data) : ""));
      return [[`${reply.id}`, reply.rcode, ...(reply.flag_tc ? ["cut"] : []), ...data].join(" ")];
    });
  };
};

test("the recorded bytes come back with the id of the query and its spelling of the name", () => {
  const query = queryOf("shop.example", "A", { id: 1, edns: true });
  const reply = replyTo(query, { answers: [{ name: "shop.example", type: "A", ttl: 9, data: "10.0.0.7" }] });
  const session = replayDns(dnsPeer("udp"), exactPool(dns, [recorded(query, reply)]));
  const asked = queryOf("sHOp.exAMple", "A", { id: 0xbeef, edns: true });
  const [name, sent] = [...session.data({ from: "client", bytes: asked, at: 1 })];
  expect(name).toEqual({ do: "name", host: "shop.example", addresses: ["10.0.0.7"] });
  const expected = reply.slice();
  expected.set([0xbe, 0xef]);
  expected.set(asked.subarray(12, 26), 12);
  expect(sent).toEqual({ do: "send", bytes: expected });
});

test("the nth time asked gets the nth answer, and the last goes on", () => {
  const ask = asker([recordedA("shop.example", "10.0.0.1"), recordedA("shop.example", "10.0.0.2")]);
  const said = [1, 2, 3].map((id) => ask(queryOf("shop.example", "A", { id })));
  expect(said).toEqual([["1 NOERROR 10.0.0.1"], ["2 NOERROR 10.0.0.2"], ["3 NOERROR 10.0.0.2"]]);
});

test("a negative answer replays, and is the answer for the name's other address types", () => {
  const ask = asker([recordedA("gone.example")]);
  expect(ask(queryOf("gone.example", "A"))).toEqual(["77 NXDOMAIN"]);
  expect(ask(queryOf("gone.example", "AAAA"))).toEqual(["77 NXDOMAIN"]);
});

test("what nobody asked for while recording", () => {
  const ask = asker([recordedA("shop.example", "10.0.0.1")]);
  expect(ask(queryOf("else.example", "A"))).toEqual(["miss A else.example", "77 NXDOMAIN"]);
  expect(ask(queryOf("shop.example", "AAAA"))).toEqual(["77 NOERROR"]);
  expect(ask(queryOf("shop.example", "UNKNOWN_65"))).toEqual(["77 NOERROR"]);
  expect(ask(queryOf("shop.example", "MX"))).toEqual(["miss MX shop.example", "77 NOERROR"]);
  expect(ask(queryOf("shop.example.lan", "A"))).toEqual(["77 NXDOMAIN"]);
  expect(ask(queryOf("shop.example.lan", "TXT"))).toEqual(["miss TXT shop.example.lan", "77 NXDOMAIN"]);
});

test("an operation that is no look-up is refused and missed", () => {
  const notify = queryOf("shop.example", "SOA");
  notify[2] = 0x20;
  expect(asker([])(notify)).toEqual(["miss SOA shop.example", "77 NOTIMP"]);
});

test("a reply of TCP is cut for UDP, and one that was cut for UDP is whole over TCP", () => {
  const query = queryOf("many.example", "A");
  const answers = Array.from(
    { length: 60 },
    (_, i) => ({ name: "many.example", type: "A", ttl: 1, data: `10.0.1.${i}` }) as const,
  );
  const [cut] = emitted(recordedSteps(query, replyTo(query, { flags: 1 << 9 })));
  const session = dns.record(dnsPeer("tcp"));
  void [...session.data({ from: "client", bytes: prefixed(query), at: 1 })];
  const [whole] = emitted([
    ...session.data({ from: "server", bytes: prefixed(replyTo(query, { answers: [...answers] })), at: 2 }),
  ]);
  if (cut === undefined || whole === undefined) throw new Error("nothing was recorded");
  expect(asker([cut, whole])(query)).toEqual(["77 NOERROR cut"]);
  expect(asker([whole])(query)).toEqual(["77 NOERROR cut"]);
  const all = ["77", "NOERROR", ...answers.map(({ data }) => data)].join(" ");
  expect(asker([cut, whole], "tcp")(query)).toEqual([all]);
});

test("a query without EDNS gets a reply without it", () => {
  const query = queryOf("shop.example", "A", { edns: true });
  const opt = { type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options: [] };
  const reply = replyTo(query, { additionals: [opt as never] });
  const session = replayDns(dnsPeer("udp"), exactPool(dns, [recorded(query, reply)]));
  const [sent] = [...session.data({ from: "client", bytes: queryOf("shop.example", "A"), at: 1 })];
  expect(sent?.do === "send" ? decoded(sent.bytes).additionals : null).toEqual([]);
});
