import { expect, test } from "bun:test";
import { digestKey, type MockEntry } from "../../src/core/mock-entry.ts";
import { fallback, protocols } from "../../src/protocols/index.ts";
import { claimants, expectedProtocols, neverReached, recordedTls } from "../../src/replay/expected.ts";
import type { TestEntry } from "../../src/store/test-set-reader.ts";

const entry = (protocol: string, host: string, address: string, port: number, isTls = false): MockEntry => ({
  name: "m",
  order: 0,
  protocol,
  key: digestKey({ text: "", shape: "" }),
  destination: { host, address, port, isTls },
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

test("one exchange over TLS says that a server speaks it where it may begin late; elsewhere all must have been", () => {
  const upgrading = protocols.find(({ upgrades }) => upgrades);
  if (!upgrading) throw new Error("no protocol upgrades");
  const isTls = recordedTls(
    [
      entry(upgrading.name, "db.test", "10.0.0.1", 1, true),
      entry(upgrading.name, "db.test", "10.0.0.1", 1),
      entry(fallback.name, "starttls.test", "10.0.0.2", 2),
      entry(fallback.name, "starttls.test", "10.0.0.2", 2, true),
      entry(fallback.name, "smtps.test", "10.0.0.3", 3, true),
    ],
    [...protocols, fallback],
  );
  const at = (host: string, port: number): boolean => isTls({ host, address: "192.0.2.9", port });
  expect([at("db.test", 1), at("starttls.test", 2), at("smtps.test", 3)]).toEqual([true, false, true]);
  expect([at("db.test", 2), at("nobody.test", 1)]).toEqual([false, false]);
});

test("who refused a connection and answered another is not refused for good", () => {
  const refusing = [
    { address: "127.0.0.1", port: 1 },
    { address: "127.0.0.1", port: 2 },
    { address: "::1", port: 1 },
  ];
  const left = neverReached(refusing, [entry(fallback.name, "localhost", "127.0.0.1", 1)]);
  expect(left).toEqual(refusing.slice(1));
});

test("where bytes were recorded for nobody in particular, only what the set holds is recognised", () => {
  const [first, second, third] = protocols;
  if (!first || !second || !third) throw new Error("no protocols");
  const placed = [entry(fallback.name, "a.test", "10.0.0.1", 1)];
  const placeless = [
    { ...entry(fallback.name, "", "", 0), destination: null },
    entry(third.name, "b.test", "10.0.0.2", 2),
  ];
  const tests = [{ protocol: first.name } as TestEntry];
  expect(claimants({ mocks: placed, tests }, protocols, fallback)).toEqual(protocols);
  expect(claimants({ mocks: placeless, tests }, protocols, fallback)).toEqual([first, third]);
});
