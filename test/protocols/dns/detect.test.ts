/** DNS is told from everything else by its first message. */
import { expect, test } from "bun:test";
import { detect } from "../../../src/protocols/dns/detect.ts";
import { dnsPeer, prefixed, queryOf, replyTo } from "../../support/dns-wire.ts";

const none = new Uint8Array(0);
const query = queryOf("shop.example", "AAAA", { edns: true });
const udp = dnsPeer("udp");
const tcp = dnsPeer("tcp");

test("a datagram that is one whole query is DNS, also seen from the reply alone", () => {
  expect(detect({ client: query, server: none }, udp)).toBe("yes");
  expect(detect({ client: none, server: replyTo(query, {}) }, udp)).toBe("yes");
  expect(detect({ client: none, server: none }, udp)).toBe("more");
  expect(detect({ client: replyTo(query, {}), server: none }, udp)).toBe("no");
  expect(detect({ client: query.subarray(0, 20), server: none }, udp)).toBe("no");
  expect(detect({ client: Uint8Array.of(...query, 0), server: none }, udp)).toBe("no");
});

test("over TCP it waits for the whole first message and settles once", () => {
  const stream = prefixed(query);
  for (let length = 0; length < stream.length; length++)
    expect(detect({ client: stream.subarray(0, length), server: none }, tcp)).toBe("more");
  expect(detect({ client: stream, server: none }, tcp)).toBe("yes");
  expect(detect({ client: Uint8Array.of(...stream, ...stream), server: none }, tcp)).toBe("yes");
});

test("the openings of other protocols are not claimed", () => {
  const openings = [
    Buffer.from("GET / HTTP/1.1\r\nHost: shop\r\n\r\n"),
    Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    Buffer.from("*1\r\n$4\r\nPING\r\n"),
    Buffer.from("AMQP\x00\x00\x09\x01"),
    Buffer.from("0000000804d2162f", "hex"), // PostgreSQL: SSLRequest
    Buffer.from("00000029000300007573657200706f737467726573006461746162617365007465737400", "hex"), // PostgreSQL: start-up
    Buffer.from("0000001b0012000300000001000774657374", "hex"), // Kafka: ApiVersions
    Buffer.from("3a000000010000000000000 0d4070000".replace(" ", ""), "hex"), // MongoDB
    Buffer.from("101000044d5154540402003c000474657374", "hex"), // MQTT
    Buffer.from("16030100c8010000c40303", "hex"), // TLS
    new Uint8Array(64),
  ];
  for (const client of openings) expect(detect({ client, server: none }, tcp)).toBe("no");
  expect(detect({ client: none, server: Buffer.from("220 mail ready\r\n") }, tcp)).toBe("no");
});

test("over TCP a server that speaks first, and gives no answer, is none of its own for good", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const begun = Uint8Array.of(0, 29);
  const said = (server: Uint8Array, client: Uint8Array) => detect({ client, server }, tcp);
  expect([said(bytes("220 l"), none), said(bytes("220 l"), begun)]).toEqual(["no", "no"]);
  expect([said(bytes("22"), none), said(Uint8Array.of(0, 50, 1, 2, 0x81), begun)]).toEqual(["more", "more"]);
});
