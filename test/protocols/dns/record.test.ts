/** Queries and replies of dns-packet, paired. */
import { expect, test } from "bun:test";
import { recordDns } from "../../../src/protocols/dns/record.ts";
import { dnsPeer, emitted, prefixed, queryOf, recordedSteps, replyTo } from "../../support/dns-wire.ts";
import { cutBytes } from "../../support/run-session.ts";

const a = queryOf("shop.example", "A", { id: 1 });
const aaaa = queryOf("shop.example", "AAAA", { id: 2 });
const replyA = replyTo(a, { answers: [{ name: "shop.example", type: "A", ttl: 60, data: "10.0.0.7" }] });
const replyAaaa = replyTo(aaaa, {});

test("a look-up is a name and an exchange that may repeat", () => {
  expect(recordedSteps(a, replyA)).toEqual([
    { do: "name", host: "shop.example", addresses: ["10.0.0.7"] },
    {
      do: "emit",
      exchange: {
        spec: {
          request: { name: "shop.example", type: "A", class: "IN", transport: "udp" },
          response: {
            rcode: "NOERROR",
            flags: ["recursionAvailable"],
            answers: ["shop.example. 60 IN A 10.0.0.7"],
            authority: [],
            additional: [],
            edns: null,
          },
          raw: expect.anything(),
        },
        startedAt: 1,
        endedAt: 2,
        reuse: "repeat",
      },
    },
  ]);
});

test("over TCP, pipelined queries are paired by id at every cut, in whatever order replies come", () => {
  const asked = new Uint8Array(Buffer.concat([a, aaaa].map(prefixed)));
  const answered = new Uint8Array(Buffer.concat([replyAaaa, replyA].map(prefixed)));
  for (const size of [1, 2, 3, 5, 7, 500]) {
    const session = recordDns(dnsPeer("tcp"));
    const steps = [
      ...cutBytes(asked, size).flatMap((bytes) => [...session.data({ from: "client", bytes, at: 1 })]),
      ...cutBytes(answered, size).flatMap((bytes) => [...session.data({ from: "server", bytes, at: 2 })]),
    ];
    expect(emitted(steps).map(({ spec }) => [spec.request.type, spec.request.transport])).toEqual([
      ["AAAA", "tcp"],
      ["A", "tcp"],
    ]);
  }
});

test("a query sent again, a reply sent twice, and a reply to something else give one exchange", () => {
  const session = recordDns(dnsPeer("udp"));
  const steps = [
    ...session.data({ from: "client", bytes: a, at: 1 }),
    ...session.data({ from: "client", bytes: a, at: 5 }),
    ...session.data({ from: "server", bytes: replyTo(queryOf("evil.example", "A", { id: 1 }), {}), at: 6 }),
    ...session.data({ from: "server", bytes: replyA, at: 7 }),
    ...session.data({ from: "server", bytes: replyA, at: 8 }),
  ];
  expect(emitted(steps).map(({ startedAt, endedAt }) => [startedAt, endedAt])).toEqual([[1, 7]]);
});

test("a zone transfer and a lost place over TCP are named and not read; a lost datagram is no harm", () => {
  const session = recordDns(dnsPeer("tcp"));
  const transfer = prefixed(queryOf("shop.example", "AXFR"));
  const reason = "a zone transfer of shop.example";
  expect([...session.data({ from: "client", bytes: transfer, at: 1 })]).toEqual([{ do: "unread", reason }]);
  const cut = recordDns(dnsPeer("tcp"));
  cut.gap("server");
  expect([...cut.data({ from: "client", bytes: prefixed(a), at: 1 })].map((step) => step.do)).toEqual(["unread"]);
  const lossy = recordDns(dnsPeer("udp"));
  void [...lossy.data({ from: "client", bytes: a, at: 1 })];
  lossy.gap("server");
  expect(emitted([...lossy.data({ from: "server", bytes: replyA, at: 2 })])).toHaveLength(1);
});

test("a flood of queries without replies is bounded", () => {
  const session = recordDns(dnsPeer("udp"));
  for (let id = 0; id < 5000; id++)
    void [...session.data({ from: "client", bytes: queryOf("shop.example", "A", { id }), at: 1 })];
  const answer = (id: number) =>
    emitted([...session.data({ from: "server", bytes: replyTo(queryOf("shop.example", "A", { id }), {}), at: 2 })])
      .length;
  expect([answer(0), answer(4999)]).toEqual([0, 1]);
});
