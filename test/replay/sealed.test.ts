import { expect, test } from "bun:test";
import { refusalSentence } from "../../src/proxy/refusals.ts";
import { turnedDownSentence } from "../../src/proxy/turned-down.ts";
import { sealedPlaces } from "../../src/replay/sealed.ts";

const at = (host: string) => ({ destination: { host, address: "10.0.0.1", port: 443, isTls: true } });

test("what is known of a place is all that was said of it, but for what mocks contradict", () => {
  const expired = refusalSentence("unknown_ca", "its certificate has expired");
  const some = refusalSentence("unknown_ca", null, "company.pem");
  const down = turnedDownSentence({ by: "reset" });
  const unread = [
    { peer: "a.test:443", reason: "TLS", connections: 1 },
    { peer: "a.test:443", reason: expired, connections: 1 },
    { peer: "b.test:443", reason: some, connections: 2 },
    { peer: "c.test:443", reason: some, connections: 2 },
    { peer: "a.test:443", reason: down, connections: 1 },
    { peer: "b.test:443", reason: down, connections: 1 },
    { peer: "d.test:22", reason: "parts of it were lost", connections: 1 },
  ];
  expect([...sealedPlaces(unread, [at("b.test")])]).toEqual([
    ["a.test:443", `TLS; ${expired}; ${down}`],
    ["b.test:443", "TLS: some of the app's clients refused it"],
    ["c.test:443", some],
  ]);
});
