/** Messages of an independent encoder (dns-packet) are read in full, and hostile ones are refused. */
import { expect, test } from "bun:test";
import type * as packet from "dns-packet";
import { FormatError } from "../../../src/core/errors.ts";
import { decodeMessage, encodeMessage, opcodeOf } from "../../../src/protocols/dns/message.ts";
import { decoded, queryOf, replyTo } from "../../support/dns-wire.ts";

const records: packet.Answer[] = [
  { name: "Shop.example", type: "A", ttl: 300, data: "10.0.0.7" },
  { name: "shop.example", type: "AAAA", ttl: 0, data: "2001:db8::1:0:0:7" },
  { name: "www.shop.example", type: "CNAME", ttl: 1, data: "shop.example" },
  { name: "shop.example", type: "NS", ttl: 1, data: "ns1.shop.example" },
  { name: "7.0.0.10.in-addr.arpa", type: "PTR", ttl: 1, data: "shop.example" },
  { name: "shop.example", type: "MX", ttl: 1, data: { preference: 10, exchange: "mail.shop.example" } },
  { name: "shop.example", type: "TXT", ttl: 1, data: ['v=spf1 "x" \\', "zweiter Text; mit ö"] },
  {
    name: "_db._tcp.shop.example",
    type: "SRV",
    ttl: 1,
    data: { priority: 1, weight: 2, port: 5432, target: "db.shop.example" },
  },
  { name: "shop.example", type: "CAA", ttl: 1, data: { flags: 0, tag: "issue", value: "ca.example" } },
  { name: "shop.example", type: "DNAME", ttl: 1, data: "other.example" },
  {
    name: "shop.example",
    type: "SOA",
    ttl: 4294967295,
    data: {
      mname: "ns1.shop.example",
      rname: "root.shop.example",
      serial: 4000000000,
      refresh: 1,
      retry: 2,
      expire: 3,
      minimum: 4,
    },
  },
];

test("every kind of record reads as a line, and its line gives the same record again", () => {
  const reply = replyTo(queryOf("shop.example", "ANY"), { answers: records });
  const message = decodeMessage(reply);
  expect(message.answers).toEqual([
    "Shop.example. 300 IN A 10.0.0.7",
    "shop.example. 0 IN AAAA 2001:db8::1:0:0:7",
    "www.shop.example. 1 IN CNAME shop.example.",
    "shop.example. 1 IN NS ns1.shop.example.",
    "7.0.0.10.in-addr.arpa. 1 IN PTR shop.example.",
    "shop.example. 1 IN MX 10 mail.shop.example.",
    'shop.example. 1 IN TXT "v=spf1 \\"x\\" \\\\" "zweiter Text; mit \\195\\182"',
    "_db._tcp.shop.example. 1 IN SRV 1 2 5432 db.shop.example.",
    'shop.example. 1 IN CAA 0 issue "ca.example"',
    "shop.example. 1 IN DNAME other.example.",
    "shop.example. 4294967295 IN SOA ns1.shop.example. root.shop.example. 4000000000 1 2 3 4",
  ]);
  expect(decoded(encodeMessage(message)).answers).toEqual(decoded(reply).answers);
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
});

test("names are compressed, so that a reply of a common server comes out byte for byte", () => {
  // A reply of BIND's kind: both owners point at the question, the alias and its target share an ending.
  const reply = Buffer.from(
    "004d8580000100020000000003777777" +
      "0473686f70076578616d706c650000010001" +
      "c00c0005000100000e100005026462c010" +
      "c02e00010001000000780004" +
      "0a000007",
    "hex",
  );
  const message = decodeMessage(reply);
  expect(message.answers).toEqual([
    "www.shop.example. 3600 IN CNAME db.shop.example.",
    "db.shop.example. 120 IN A 10.0.0.7",
  ]);
  expect(Buffer.from(encodeMessage(message)).toString("hex")).toBe(reply.toString("hex"));
});

test("EDNS is told apart from the records, with its options and the upper bits of the code", () => {
  const options = [{ code: "CLIENT_SUBNET", ip: "10.1.2.0", sourcePrefixLength: 24 }];
  const opt = { type: "OPT", name: ".", udpPayloadSize: 4096, extendedRcode: 1, flags: 0x8000, options };
  const reply = replyTo(queryOf("shop.example", "A"), { additionals: [opt as unknown as packet.Answer] });
  const message = decodeMessage(reply);
  expect(message.rcode).toBe(16);
  expect(message.additional).toEqual([]);
  const data = Uint8Array.of(0, 1, 24, 0, 10, 1, 2);
  expect(message.edns).toEqual({ udpSize: 4096, version: 0, flags: 0x8000, options: [{ code: 8, data }] });
  expect(Buffer.compare(encodeMessage(message), reply)).toBe(0);
});

test("cut, padded and looping messages raise FormatError and nothing else", () => {
  const reply = replyTo(queryOf("shop.example", "ANY"), { answers: records });
  for (let length = 0; length < reply.length; length++)
    expect(() => decodeMessage(reply.subarray(0, length))).toThrow(FormatError);
  expect(() => decodeMessage(Uint8Array.of(...reply, 0))).toThrow(FormatError);
  const loop = Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1);
  expect(() => decodeMessage(loop)).toThrow("points forwards");
  let seed = 1;
  for (let round = 0; round < 3000; round++) {
    const broken = reply.slice();
    for (let i = 0; i < 4; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      broken[seed % broken.length] = seed >>> 16;
    }
    try {
      decodeMessage(broken);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
  }
});

test("the operation is read from the flags, and a line that is no record is refused by name", () => {
  expect(opcodeOf(0x2900)).toBe(5);
  const message = decodeMessage(queryOf("shop.example", "A"));
  expect(() => encodeMessage({ ...message, answers: ["shop.example. IN A 1.2.3.4"] })).toThrow("is not a DNS record");
  expect(() => encodeMessage({ ...message, answers: ["shop.example. 5 IN A 1.2.3"] })).toThrow("is not a DNS record");
});
