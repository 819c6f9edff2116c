/** What the proxy says of its connections, read back as the decoder reads it. */
import { expect, test } from "bun:test";
import type { FlowEvent } from "../../src/capture/flow-events.ts";
import { Reassembly } from "../../src/capture/reassembly.ts";
import { RelayedFlow, type RelayedConnection } from "../../src/capture/relayed.ts";
import { record } from "../support/records.ts";

const client = { address: "127.0.0.1", port: 40_000 };
const server = { address: "10.0.0.2", port: 443 };
const connection: RelayedConnection = { direction: "outgoing", client, server, at: 1 };

/** Takes records as a ring does, while it has room. */
class Records {
  readonly #parts: Uint8Array[] = [];
  hasRoom = true;

  open(of: RelayedConnection = connection, number = 1): RelayedFlow {
    const toMonotonic = (at: number) => BigInt(Math.round(at * 1e6));
    return new RelayedFlow(of, number, {
      put: (head, payload) => this.#put(head, payload),
      toMonotonic,
      closed: () => {},
    });
  }

  /** Records of the kernel's. */
  add(bytes: Uint8Array): void {
    this.#parts.push(bytes.slice(8));
  }

  events(): FlowEvent[] {
    const starts: number[] = [];
    let at = 0;
    for (const part of this.#parts) {
      starts.push(at);
      at += (part.length + 7) & ~7;
    }
    const bytes = new Uint8Array(at);
    this.#parts.forEach((part, i) => bytes.set(part, starts[i]));
    const reassembly = new Reassembly({ clockOffsetMs: 0 });
    const events = reassembly.take({ bytes, starts: Uint32Array.from(starts), count: starts.length });
    return [...events, ...reassembly.finish()];
  }

  #put(head: Uint8Array, payload: Uint8Array): boolean {
    if (this.hasRoom) this.#parts.push(new Uint8Array(Buffer.concat([head, payload])));
    return this.hasRoom;
  }
}

const brief = (events: readonly FlowEvent[]) =>
  events.map((event) => {
    if (event.type === "chunk") return `${event.from} ${Buffer.from(event.bytes).toString()} ${event.at}`;
    if (event.type === "note") return JSON.stringify(event.note);
    if (event.type === "gap") return `gap ${event.from} ${event.length}`;
    if (event.type === "end") return `end ${event.from}`;
    return event.type === "close" ? event.how : event.type;
  });

const text = (words: string) => new TextEncoder().encode(words);

test("a connection reads as it passed, with what is known of it", () => {
  const records = new Records();
  const flow = records.open();
  flow.note({ host: "api.test", isTls: true }, 2);
  flow.data("client", text("ask"), 3);
  flow.data("server", text("answer"), 4.5);
  flow.end("server", 5);
  flow.data("server", text("too late"), 5);
  flow.end("client", 6);
  flow.end("client", 6);
  flow.close(false, 7);
  const events = records.events();
  const read = ["open", '{"host":"api.test","isTls":true}', "client ask 3", "server answer 4.5"];
  expect(brief(events)).toEqual([...read, "end server", "end client", "ended"]);
  expect(events[0]?.flow).toEqual({
    id: "1",
    direction: "outgoing",
    client,
    server,
    transport: "tcp",
    internal: false,
  });
});

test("an incoming connection is one", () => {
  const records = new Records();
  records.open({ ...connection, direction: "incoming" }).data("client", text("x"), 2);
  expect(records.events()[0]?.flow).toMatchObject({ direction: "incoming", client, server });
});

test("IPv6 stays what it is", () => {
  const records = new Records();
  const far = { address: "2001:db8::7", port: 443 };
  records.open({ ...connection, server: far }).data("client", text("x"), 2);
  expect(records.events()[0]?.flow.server).toEqual(far);
});

test("large chunks are taken in pieces, and what was given may be written to again", () => {
  const records = new Records();
  const flow = records.open();
  const bytes = new Uint8Array(100_000).map((_, i) => i % 251);
  const want = bytes.slice();
  flow.data("server", bytes, 2);
  bytes.fill(0);
  flow.close(true, 3);
  const events = records.events();
  const chunks = events.filter((event) => event.type === "chunk");
  expect(new Uint8Array(Buffer.concat(chunks.map((chunk) => chunk.bytes)))).toEqual(want);
  expect(Math.max(...chunks.map((chunk) => chunk.bytes.length))).toBe(16 << 10);
  expect(brief(events).at(-1)).toBe("reset");
});

test("what finds no room is a gap, and what follows is whole", () => {
  const records = new Records();
  const flow = records.open();
  flow.data("client", text("one"), 2);
  records.hasRoom = false;
  flow.data("client", text("two"), 3);
  flow.data("client", text("three"), 4);
  records.hasRoom = true;
  flow.data("client", text("four"), 5);
  expect(brief(records.events())).toEqual(["open", "client one 2", "gap client 8", "client four 5", "cut"]);
});

test("an end behind lost bytes is not the end of the whole", () => {
  const records = new Records();
  const flow = records.open();
  flow.data("client", text("one"), 2);
  records.hasRoom = false;
  flow.data("client", text("two"), 3);
  flow.end("client", 3);
  records.hasRoom = true;
  flow.end("server", 4);
  flow.close(false, 5);
  expect(brief(records.events())).not.toContain("end client");
});

test("two connections between the same ends are two, and packets between them another", () => {
  const records = new Records();
  const first = records.open(connection, 1);
  first.data("client", text("a"), 2);
  const at = { from: "127.0.0.1:40000", to: "10.0.0.2:443", hook: "sent" } as const;
  records.add(record({ ...at, flags: "S", seq: 99, at: 2 }));
  records.add(record({ ...at, text: "tapped", seq: 100, at: 2 }));
  first.close(true, 3);
  records.open(connection, 2).data("client", text("b"), 4);
  const events = records.events();
  expect(events.filter((event) => event.type === "open").map(({ flow }) => flow.id)).toEqual(["1", "2", "3"]);
  expect(brief(events)).toContain("client tapped 2");
});

test("after a close it says nothing", () => {
  const records = new Records();
  const flow = records.open();
  flow.close(true, 2);
  flow.note({ unread: "x" }, 3);
  flow.data("client", text("x"), 3);
  flow.end("client", 3);
  flow.close(true, 3);
  expect(brief(records.events())).toEqual(["open", "reset"]);
});

test("a connection that goes on without the proxy reads as one, whatever numbers the tap sees", () => {
  const records = new Records();
  const flow = records.open();
  flow.data("client", text("one"), 2);
  flow.data("server", text("ONE"), 3);
  flow.goesOn({ address: "10.0.0.1", port: 51_000, client: 7_000, server: 9_000 }, 4);
  flow.left();
  flow.data("client", text("nobody hears this"), 4);
  flow.close(true, 4);
  const ends = { from: "10.0.0.1:51000", to: "10.0.0.2:443" };
  const back = { from: ends.to, to: ends.from, hook: "received" } as const;
  // A packet of before that was sent again.
  records.add(record({ ...back, seq: 8_998, ack: 7_000, text: "xx", at: 5 }));
  records.add(record({ ...ends, hook: "sent", seq: 7_000, ack: 9_000, text: "two", at: 5 }));
  records.add(record({ ...back, seq: 9_000, ack: 7_003, text: "TWO", at: 6 }));
  records.add(record({ ...ends, hook: "sent", seq: 7_003, ack: 9_003, flags: "F", at: 7 }));
  records.add(record({ ...back, seq: 9_003, ack: 7_004, flags: "F", at: 8 }));
  const said = ["client one 2", "server ONE 3", "client two 5", "server TWO 6", "end client", "end server"];
  expect(brief(records.events())).toEqual(["open", ...said, "ended"]);
});

test("what the tap loses of it is a gap; what begins between the same ends later is another connection", () => {
  const records = new Records();
  const flow = records.open();
  flow.data("client", text("one"), 2);
  flow.goesOn({ address: "10.0.0.1", port: 51_000, client: 7_000, server: 9_000 }, 4);
  flow.left();
  const ends = { from: "10.0.0.1:51000", to: "10.0.0.2:443", hook: "sent" } as const;
  const back = { from: ends.to, to: ends.from, hook: "received" } as const;
  records.add(record({ ...back, seq: 9_000, ack: 7_003, text: "TWO", at: 6 }));
  records.add(record({ ...ends, seq: 1, flags: "S", at: 7 }));
  records.add(record({ ...ends, seq: 2, ack: 100, text: "other", at: 8 }));
  const first = ["open", "client one 2", "gap client 3", "server TWO 6", "cut"];
  expect(brief(records.events())).toEqual([...first, "open", "client other 8", "cut"]);
});

test("one that has stayed after all goes on as before", () => {
  const records = new Records();
  const flow = records.open();
  flow.data("client", text("one"), 2);
  flow.goesOn({ address: "10.0.0.1", port: 51_000, client: 7_000, server: 9_000 }, 4);
  flow.goesOn(null, 5);
  flow.data("server", text("ONE"), 6);
  flow.close(true, 7);
  expect(brief(records.events())).toEqual(["open", "client one 2", "server ONE 6", "reset"]);
});
