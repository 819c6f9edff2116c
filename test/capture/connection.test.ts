import { expect, test } from "bun:test";
import { Connection } from "../../src/capture/connection.ts";
import type { FlowEvent } from "../../src/capture/flow-events.ts";

const end = { address: "127.0.0.1", port: 1 };
const begun = () => {
  const events: FlowEvent[] = [];
  const sighted = {
    id: "1",
    direction: "outgoing",
    client: end,
    server: end,
    transport: "tcp",
    at: 7,
    budgetBytes: 10,
  } as const;
  return { events, connection: new Connection(sighted, (event) => events.push(event)) };
};

test("it opens when there is something to tell, with the time at which it was first seen", () => {
  const { connection, events } = begun();
  expect(events).toEqual([]);
  connection.client.put(0, new TextEncoder().encode("a"), 9);
  expect(events.map(({ type, at }) => [type, at])).toEqual([
    ["open", 7],
    ["chunk", 9],
  ]);
});

test("it closes once both sides have ended", () => {
  const { connection, events } = begun();
  connection.client.finish(0, 1);
  connection.server.finish(0, 2);
  connection.close("cut", 3);
  expect(events.map((event) => ("how" in event ? event.how : event.type))).toEqual(["open", "end", "end", "ended"]);
});

test("found to be internal after bytes were told, it is cut and says no more", () => {
  const { connection, events } = begun();
  connection.sight("client", 1, 0);
  connection.client.put(0, new TextEncoder().encode("a"), 0);
  connection.sight("client", 0, 0);
  connection.client.put(1, new TextEncoder().encode("b"), 0);
  expect(events.map(({ type }) => type)).toEqual(["open", "chunk", "close"]);
  expect(connection.flow.internal).toBe(true);
});

test("pieces that leave at once are told apart, each with the time of its act", () => {
  const { connection, events } = begun();
  const actor = {
    kind: "request",
    process: 1,
    lineage: [{ number: 1, bornNs: 0 }],
    isPolled: false,
    isSure: true,
  } as const;
  const at = Date.UTC(2026, 0, 1);
  for (const seq of [0, 2, 4]) connection.act({ does: "send", actor, seq, length: 2, first: 0 }, at, true);
  connection.client.put(0, new TextEncoder().encode("aabbcc"), at + 1);
  const times = (type: FlowEvent["type"]) => events.filter((event) => event.type === type).map((event) => event.at);
  expect(new Set(times("act")).size).toBe(3);
  expect(times("chunk")).toEqual(times("act"));
  expect(times("act").at(-1)).toBeLessThan(at + 0.01);
});
