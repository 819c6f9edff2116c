import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Exchange } from "../../src/core/exchange.ts";
import { Recording } from "../../src/record/recording.ts";
import { protocolsByKind } from "../../src/store/kinds.ts";
import { EMPTY_CONFIG } from "../../src/store/config.ts";
import { openTestSet } from "../../src/store/test-set-reader.ts";
import { createTestSet } from "../../src/store/test-set-writer.ts";
import { drivers, fallback, protocols } from "../../src/protocols/index.ts";
import { Folder } from "../support/folder.ts";

const destination = (port: number) => ({ host: "127.0.0.1", address: "127.0.0.1", port, isTls: false });
const [protocol] = protocols;
const [driver] = drivers;
if (!protocol || !driver) throw new Error("there is nothing to record");

/** One request and its answer, through the protocol's own session. */
function exchange(path: string, startedAt: number, endedAt: number): Exchange<unknown> {
  const peer = { ...destination(80), connection: "1", direction: "outgoing", transport: "tcp" } as const;
  const session = protocol?.record(peer);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const steps = [
    ...(session?.data({ from: "client", bytes: bytes(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`), at: startedAt }) ??
      []),
    ...(session?.data({ from: "server", bytes: bytes("HTTP/1.1 204 No Content\r\n\r\n"), at: endedAt }) ?? []),
  ];
  const emitted = steps.find((step) => step.do === "emit");
  if (!emitted) throw new Error("no exchange");
  return emitted.exchange;
}

test("tests get their names, noise and mocks; ports left out are not there", async () => {
  using folder = new Folder();
  const writer = createTestSet(folder.path, null, { owner: null, protocols: [...protocols, fallback], redactor: null });
  const told: string[] = [];
  const recording = new Recording(writer, (name, summary) => told.push(`${name} ${summary}`), new Set([81]));
  recording.mock(protocol, exchange("/price", 12, 14), destination(80), "2");
  recording.mock(protocol, exchange("/metrics", 13, 14), destination(81), "3");
  recording.test(driver, exchange("/items/7", 10, 20), { port: 8080, isTls: true, connection: "1", data: () => null });
  recording.mock(protocol, exchange("/late", 30, 31), destination(80), "2");
  recording.unread({ direction: "outgoing", destination: destination(443), reason: "TLS" });
  recording.unread({ direction: "outgoing", destination: destination(443), reason: "TLS" });
  recording.unread({ direction: "incoming", destination: destination(8443), reason: "TLS (shop.test)" });
  expect(told).toEqual(["get-items-by-id-1 GET /items/7 -> 204"]);
  expect(recording.counts).toEqual({ tests: 1, mocks: 2 });
  const remedy = "to record it, give the service's own certificate and key: --tls-cert FILE --tls-key FILE";
  expect(recording.unreadConnections).toEqual([
    { peer: "127.0.0.1:443", reason: "TLS", connections: 2 },
    { peer: "port 8443 of the app", reason: `TLS (shop.test); ${remedy}`, connections: 1 },
  ]);
  await writer.finish({ config: EMPTY_CONFIG, mappings: recording.mappings() });

  const read = openTestSet(join(folder.path, "test-set-0"), protocolsByKind([...protocols, fallback]));
  expect(read.tests.map(({ name, noise, port, isTls }) => ({ name, noise, port, isTls }))).toEqual([
    {
      name: "get-items-by-id-1",
      noise: Object.fromEntries(driver.noise.map((path) => [path, []])),
      port: 8080,
      isTls: true,
    },
  ]);
  expect(read.mappings).toEqual([{ test: "get-items-by-id-1", mocks: [{ name: "mock-1", by: "window" }] }]);
  expect(read.mocks.map(({ name }) => name)).toEqual(["mock-1", "mock-2"]);
});
