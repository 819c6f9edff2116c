/** Which names stand for which addresses, as replies of an independent encoder say. */
import { expect, test } from "bun:test";
import { nameSteps } from "../../../src/protocols/dns/named-addresses.ts";
import { queryOf, recorded, replyTo } from "../../support/dns-wire.ts";

test("aliases are followed to the addresses of the name that was asked", () => {
  const query = queryOf("WWW.shop.example", "A");
  const reply = replyTo(query, {
    answers: [
      { name: "www.shop.example", type: "CNAME", ttl: 1, data: "Edge.example" },
      { name: "edge.example", type: "A", ttl: 1, data: "10.0.0.1" },
      { name: "edge.example", type: "A", ttl: 1, data: "10.0.0.2" },
      { name: "other.example", type: "A", ttl: 1, data: "10.9.9.9" },
    ],
  });
  expect(nameSteps(recorded(query, reply).spec)).toEqual([
    { do: "name", host: "www.shop.example", addresses: ["10.0.0.1", "10.0.0.2"] },
  ]);
});

test("a service's hosts come along, loops of aliases end, and an empty reply names nothing", () => {
  const srv = queryOf("_db._tcp.shop.example", "SRV");
  const along = replyTo(srv, {
    answers: [{ name: "_db._tcp.shop.example", type: "SRV", ttl: 1, data: { port: 5432, target: "db.shop.example" } }],
    additionals: [{ name: "db.shop.example", type: "AAAA", ttl: 1, data: "2001:db8::7" }],
  });
  expect(nameSteps(recorded(srv, along).spec)).toEqual([
    { do: "name", host: "db.shop.example", addresses: ["2001:db8::7"] },
  ]);
  const query = queryOf("a.example", "A");
  const loop = replyTo(query, { answers: [{ name: "a.example", type: "CNAME", ttl: 1, data: "a.example" }] });
  expect(nameSteps(recorded(query, loop).spec)).toEqual([]);
});
