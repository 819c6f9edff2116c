import { expect, test } from "bun:test";
import { digestKey, type MockEntry } from "../../src/core/mock-entry.ts";
import { fallback, protocols } from "../../src/protocols/index.ts";
import { expectedProtocols } from "../../src/replay/expected.ts";

const entry = (protocol: string, host: string, address: string, port: number): MockEntry => ({
  name: "m",
  order: 0,
  protocol,
  key: digestKey({ text: "", shape: "" }),
  destination: { host, address, port, isTls: false },
  reuse: "once",
  startedAt: 0,
  endedAt: 0,
  load: () => null,
});

test("a destination that spoke one protocol is known by name and by address; one that spoke two is not", () => {
  const [first] = protocols;
  if (!first) throw new Error("no protocols");
  const expected = expectedProtocols(
    [
      entry(fallback.name, "mail.test", "10.0.0.1", 25),
      entry(first.name, "both.test", "10.0.0.2", 80),
      entry(fallback.name, "both.test", "10.0.0.2", 80),
    ],
    [...protocols, fallback],
  );
  expect(expected({ host: "mail.test", address: "10.9.9.9", port: 25 })).toBe(fallback);
  expect(expected({ host: "10.0.0.1", address: "10.0.0.1", port: 25 })).toBe(fallback);
  expect(expected({ host: "10.0.0.1", address: "10.0.0.1", port: 26 })).toBeNull();
  expect(expected({ host: "both.test", address: "10.0.0.2", port: 80 })).toBeNull();
});
