import { expect, test } from "bun:test";
import { http1, http1Driver } from "../../../src/protocols/http1/index.ts";
import { recordWire } from "../../support/run-session.ts";
import { wiresOf } from "../../support/wire.ts";
import { peer } from "./example.ts";

test("what real clients and servers said is read to the last exchange", () => {
  const read = wiresOf("http1").map((wire) => {
    const { exchanges, unread } = recordWire(http1, wire);
    return [wire.name, exchanges.length, ...unread];
  });
  expect(read).toEqual([
    ["http1/curl-close", 1],
    ["http1/curl-expect", 1],
    ["http1/curl-http10", 1],
    ["http1/curl-proxy", 1],
    ["http1/curl-sse", 1],
    ["http1/curl-upload-chunked", 2],
    ["http1/go-client-go-server", 15],
    ["http1/java-http-client", 8],
    ["http1/node-connect", 0, "a tunnel to api.example:443"],
    ["http1/node-fetch", 7],
    ["http1/node-http", 9],
    ["http1/node-upgrade", 1, "the connection was upgraded to websocket"],
    ["http1/odd-heads", 4],
    ["http1/pipelining", 32],
    ["http1/python-http-client", 5],
    ["http1/python-requests", 5],
  ]);
});

test("thirty thousand small exchanges a second, at the least", () => {
  const request = new Uint8Array(
    Buffer.from("GET /users/7 HTTP/1.1\r\nHost: h\r\nUser-Agent: Go-http-client/1.1\r\nAccept: */*\r\n\r\n"),
  );
  const response = new Uint8Array(
    Buffer.from("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"),
  );
  // By the time that we had on a processor: others on the machine take none of it from the measure.
  let best = 0;
  for (let round = 0; round < 40 && best <= 30_000; round++) {
    const session = http1.record(peer);
    const startedAt = process.threadCpuUsage();
    let emitted = 0;
    for (let at = 0; at < 5000; at++) {
      for (const step of session.data({ from: "client", bytes: request, at })) emitted += step.do === "emit" ? 1 : 0;
      for (const step of session.data({ from: "server", bytes: response, at })) emitted += step.do === "emit" ? 1 : 0;
    }
    const { user, system } = process.threadCpuUsage(startedAt);
    best = Math.max(best, (emitted / (user + system)) * 1_000_000);
  }
  expect(best).toBeGreaterThan(30_000);
});

test("the driver belongs to the protocol", () => {
  expect(http1Driver.protocol).toBe(http1.name);
  expect(http1.kinds).toEqual(["Http"]);
});
