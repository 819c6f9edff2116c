import { expect, test } from "bun:test";
import { Origins } from "../../src/proxy/origin.ts";

test("origins have one spelling, connections names of their own, and strangers are counted", () => {
  const asked: string[] = [];
  const origins = new Origins((address, port, transport) => {
    asked.push(`${address} ${port} ${transport}`);
    return port === 1 ? { address: "::ffff:10.0.0.7", port: 443, pid: 7 } : null;
  });
  expect(origins.find("::ffff:127.0.0.1", 1, "tcp")).toEqual({
    address: "10.0.0.7",
    port: 443,
    pid: 7,
    connection: "tcp-1",
  });
  expect(origins.find("127.0.0.1", 1, "udp")?.connection).toBe("udp-2");
  expect([origins.find("127.0.0.1", 2, "tcp"), origins.strangers]).toEqual([null, 1]);
  expect(asked).toEqual(["127.0.0.1 1 tcp", "127.0.0.1 1 udp", "127.0.0.1 2 tcp"]);
});
