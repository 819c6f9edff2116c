import { expect, test } from "bun:test";
import type { FlowEvent } from "../../src/capture/flow-events.ts";
import { Reassembly } from "../../src/capture/reassembly.ts";
import { type ActRecord, batchOf, mixedBatch, type Segment } from "../support/records.ts";

const client = "10.0.0.1:40000";
const server = "10.0.0.2:80";

/** Events in a line each: type, flow, side, bytes or reason. */
const told = (events: readonly FlowEvent[]) =>
  events.map((event) =>
    [
      event.type,
      event.flow.id,
      event.flow.direction,
      ...("from" in event ? [event.from] : []),
      ...("bytes" in event ? [new TextDecoder().decode(event.bytes)] : []),
      ...("length" in event ? [event.length] : []),
      ...("how" in event ? [event.how] : []),
      ...(event.flow.internal ? ["internal"] : []),
    ].join(" "),
  );

const run = (segments: readonly Segment[], options: { budgetBytes?: number } = {}) => {
  const reassembly = new Reassembly({ clockOffsetMs: 1000, ...options });
  const events = segments.flatMap((segment) => reassembly.take(batchOf([segment])));
  return { reassembly, lines: told(events), events };
};

const up = (segment: Omit<Segment, "from" | "to">): Segment => ({
  from: client,
  to: server,
  hook: "received",
  ...segment,
});
const down = (segment: Omit<Segment, "from" | "to">): Segment => ({
  from: server,
  to: client,
  hook: "sent",
  ...segment,
});
const handshake = [up({ flags: "S", seq: 99 }), down({ flags: "S", seq: 499, ack: 100 })];

test("a whole conversation", () => {
  const { lines, events } = run([
    ...handshake,
    up({ seq: 100, ack: 500, text: "ask", at: 5 }),
    down({ seq: 500, ack: 103, text: "answer" }),
    up({ seq: 103, ack: 506, flags: "F" }),
    down({ seq: 506, ack: 104, flags: "F" }),
  ]);
  expect(lines).toEqual([
    "open 1 incoming",
    "chunk 1 incoming client ask",
    "chunk 1 incoming server answer",
    "end 1 incoming client",
    "end 1 incoming server",
    "close 1 incoming ended",
  ]);
  expect(events[1]).toMatchObject({
    at: 1005,
    flow: {
      client: { address: "10.0.0.1", port: 40000 },
      server: { address: "10.0.0.2", port: 80 },
      transport: "tcp",
    },
  });
});

test("who sends the SYN is the client, wherever the app is", () => {
  const { lines } = run([
    { from: client, to: server, hook: "sent", flags: "S", seq: 0 },
    { from: server, to: client, hook: "received", flags: "S", seq: 0, ack: 1 },
    { from: server, to: client, hook: "received", seq: 1, ack: 1, text: "hello" },
  ]);
  expect(lines).toEqual(["open 1 outgoing", "chunk 1 outgoing server hello"]);
});

test("without its SYN-ACK, the server's stream begins where the client's first packet says", () => {
  const { lines } = run([
    up({ flags: "S", seq: 99 }),
    up({ seq: 100, ack: 500, text: "ask" }),
    down({ seq: 503, ack: 103, text: "wer" }),
    down({ seq: 500, ack: 103, text: "ans" }),
  ]);
  expect(lines.slice(2)).toEqual(["chunk 1 incoming server ans", "chunk 1 incoming server wer"]);
});

test("a repeated SYN changes nothing, one with another number begins another connection", () => {
  const { lines } = run([
    ...handshake,
    up({ flags: "S", seq: 99 }),
    up({ seq: 100, ack: 500, text: "one" }),
    up({ flags: "S", seq: 7000 }),
    up({ seq: 7001, ack: 9000, text: "two" }),
  ]);
  expect(lines).toEqual([
    "open 1 incoming",
    "chunk 1 incoming client one",
    "close 1 incoming cut",
    "open 2 incoming",
    "chunk 2 incoming client two",
  ]);
});

test("bytes that the other side acknowledged and that were never seen are a gap", () => {
  const { lines } = run([
    ...handshake,
    up({ seq: 100, ack: 500, text: "ab" }),
    up({ seq: 105, ack: 500, text: "fg" }),
    down({ seq: 500, ack: 107, text: "x" }),
    up({ seq: 107, ack: 501, text: "h" }),
  ]);
  expect(lines.slice(1)).toEqual([
    "chunk 1 incoming client ab",
    "gap 1 incoming client 3",
    "chunk 1 incoming client fg",
    "chunk 1 incoming server x",
    "chunk 1 incoming client h",
  ]);
});

test("bytes that the ring had no room for are a gap at once", () => {
  const { lines } = run([...handshake, up({ seq: 100, lost: 40 }), up({ seq: 140, text: "on" })]);
  expect(lines.slice(1)).toEqual(["gap 1 incoming client 40", "chunk 1 incoming client on"]);
});

test("a reset closes, after what was seen", () => {
  const { lines } = run([
    ...handshake,
    up({ seq: 102, text: "c" }),
    down({ flags: "R", seq: 500, ack: 100 }),
    up({ seq: 103, text: "late" }),
  ]);
  expect(lines.slice(1)).toEqual(["gap 1 incoming client 2", "chunk 1 incoming client c", "close 1 incoming reset"]);
});

test("a refused connection is told of", () => {
  const { lines } = run([up({ flags: "S", seq: 99 }), down({ flags: "R", seq: 0, ack: 100 })]);
  expect(lines).toEqual(["open 1 incoming", "close 1 incoming reset"]);
});

test("the end of the capture cuts what is open", () => {
  const { reassembly } = run([...handshake, up({ seq: 103, text: "d" })]);
  expect(told(reassembly.finish())).toEqual([
    "open 1 incoming",
    "gap 1 incoming client 3",
    "chunk 1 incoming client d",
    "close 1 incoming cut",
  ]);
  expect(reassembly.finish()).toEqual([]);
});

test("a connection whose handshake was not seen begins with gaps, the low port being the server's", () => {
  const { lines } = run([down({ seq: 500, ack: 100, text: "b" }), up({ seq: 100, ack: 501, text: "c" })]);
  expect(lines).toEqual([
    "open 1 incoming",
    "gap 1 incoming client 0",
    "gap 1 incoming server 0",
    "chunk 1 incoming server b",
    "chunk 1 incoming client c",
  ]);
});

test("a late retransmit of a closed connection is not another one", () => {
  const { lines } = run([
    ...handshake,
    up({ seq: 100, ack: 500, text: "x", flags: "F" }),
    down({ seq: 500, ack: 102, flags: "F" }),
    up({ seq: 100, ack: 500, text: "x", flags: "F" }),
  ]);
  expect(lines.at(-1)).toBe("close 1 incoming ended");
  expect(lines).toHaveLength(5);
});

test("a connection with both ends in the app is told of once, and its bytes are not", () => {
  const both = (segment: Segment): Segment[] => [
    { ...segment, hook: "sent" },
    { ...segment, hook: "received" },
  ];
  const { lines } = run([
    ...both(up({ flags: "S", seq: 99 })),
    ...both(down({ flags: "S", seq: 499, ack: 100 })),
    ...both(up({ seq: 100, ack: 500, text: "ask" })),
    ...both(up({ seq: 103, ack: 500, flags: "F" })),
    ...both(down({ seq: 500, ack: 104, flags: "F" })),
  ]);
  expect(lines).toEqual(["open 1 incoming internal".replace("incoming", "outgoing")]);
});

test("datagrams of a question and its answer are one flow", () => {
  const asker = "10.0.0.1:5353";
  const resolver = "10.0.0.53:53";
  const { lines } = run([
    { from: asker, to: resolver, hook: "sent", protocol: "udp", text: "name?" },
    { from: resolver, to: asker, hook: "received", protocol: "udp", text: "address" },
    { from: resolver, to: asker, hook: "received", protocol: "udp", text: "cut off", lost: 3 },
  ]);
  expect(lines).toEqual(["open 1 outgoing", "datagram 1 outgoing client name?", "datagram 1 outgoing server address"]);
});

test("chunks outlive their batch", () => {
  const reassembly = new Reassembly({ clockOffsetMs: 0 });
  reassembly.take(batchOf(handshake));
  const batch = batchOf([up({ seq: 100, text: "kept" })]);
  const events = reassembly.take(batch);
  batch.bytes.fill(0);
  expect(told(events).at(-1)).toBe("chunk 1 incoming client kept");
});

const out = (segment: Omit<Segment, "from" | "to">): Segment => ({
  from: client,
  to: server,
  hook: "sent",
  ...segment,
});
const sends = (act: Omit<ActRecord, "from" | "to" | "does">): ActRecord => ({
  from: client,
  to: server,
  does: "send",
  ...act,
});
const opened: readonly Segment[] = [
  out({ flags: "S", seq: 99 }),
  { from: server, to: client, hook: "received", flags: "S", seq: 499, ack: 100 },
];

test("what the app sends is told by the pieces in which it was sent, each with the time of its act", () => {
  const reassembly = new Reassembly({ clockOffsetMs: 0 });
  const acts = [sends({ seq: 100, length: 3, at: 1 }), sends({ seq: 103, length: 2, at: 2 })];
  const events = reassembly.take(mixedBatch([...opened, ...acts, out({ seq: 100, text: "onetwmore", at: 3 })]));
  expect(
    events.map((event) => [event.type, event.at, "bytes" in event ? Buffer.from(event.bytes).toString() : ""]),
  ).toEqual([
    ["act", 1, ""],
    ["act", 2, ""],
    ["open", 0, ""],
    ["chunk", 1, "one"],
    ["chunk", 2, "tw"],
    ["chunk", 3, "more"],
  ]);
});

test("what the app sent before the proxy took its connection is known with it", () => {
  const act = { from: client, to: "127.0.0.1:9999", does: "send", at: 1 } as const;
  const relayed = new Uint8Array(batchOf([out({ flags: "S", seq: 5, at: 2 })]).bytes);
  relayed[8 + 63] = 253;
  const reassembly = new Reassembly({ clockOffsetMs: 0 });
  const events = [
    ...reassembly.take(mixedBatch([act])),
    ...reassembly.take({ bytes: relayed, starts: Uint32Array.of(8), count: 1 }),
    ...reassembly.take(mixedBatch([{ ...act, at: 3 }])),
  ];
  expect(events.map(({ type, at, flow }) => [type, at, flow.server.port])).toEqual([
    ["act", 1, 80],
    ["act", 3, 80],
  ]);
});

test("what is sent again, since it found no room, is told with the time of the first go", () => {
  const reassembly = new Reassembly({ clockOffsetMs: 0 });
  const acts = [
    sends({ seq: 100, length: 3, at: 1 }),
    sends({ seq: 103, length: 2, at: 2 }),
    sends({ seq: 101, length: 4, at: 3 }),
  ];
  const events = reassembly.take(mixedBatch([...opened, ...acts, out({ seq: 100, text: "onetw", at: 4 })]));
  expect(
    events.flatMap((event) => (event.type === "chunk" ? [[event.at, String(Buffer.from(event.bytes))]] : [])),
  ).toEqual([
    [1, "one"],
    [2, "tw"],
  ]);
});

test("so is what the proxy tells, but for what TLS protects", () => {
  const relayed = (segments: readonly Segment[]) => {
    const batch = batchOf(segments);
    for (const start of batch.starts) batch.bytes[start + 63] = 253;
    return batch;
  };
  const sent = { from: client, to: "127.0.0.1:9999", does: "send", first: 1_000, length: 4 } as const;
  const reassembly = new Reassembly({ clockOffsetMs: 0 });
  const note = out({ flags: "", seq: 14, text: JSON.stringify({ host: null, isTls: true }), at: 6 });
  const noted = relayed([note]);
  noted.bytes[8 + 61] = 0x80;
  const events = [
    ...reassembly.take(mixedBatch([{ ...sent, seq: 1_000, at: 1 }])),
    ...reassembly.take(relayed([out({ flags: "S", seq: 5, at: 2 })])),
    ...reassembly.take(mixedBatch([{ ...sent, seq: 1_004, at: 3 }])),
    ...reassembly.take(relayed([out({ seq: 6, text: "one two ", at: 4 })])),
    ...reassembly.take(noted),
    ...reassembly.take(mixedBatch([{ ...sent, seq: 1_008, at: 7 }])),
    ...reassembly.take(relayed([out({ seq: 14, text: "four", at: 8 })])),
  ];
  expect(
    events.map((event) => [event.type, event.at, "bytes" in event ? String(Buffer.from(event.bytes)) : ""]),
  ).toEqual([
    ["act", 1, ""],
    ["act", 3, ""],
    ["open", 2, ""],
    ["chunk", 1, "one "],
    ["chunk", 3, "two "],
    ["note", 6, ""],
    ["act", 7, ""],
    ["chunk", 8, "four"],
  ]);
});

test("an act on a connection that nobody knows is not told", () => {
  expect(new Reassembly({ clockOffsetMs: 0 }).take(mixedBatch([sends({ seq: 1 })]))).toEqual([]);
});
