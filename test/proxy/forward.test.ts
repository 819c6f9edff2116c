/** Forwarding, beside the rules that relay.test.ts holds: order, times, and a client that leaves early. */
import { expect, test } from "bun:test";
import { type Chunk, type Side } from "../../src/core/protocol.ts";
import { forward } from "../../src/proxy/forward.ts";
import { dial, forwarder, KeptJournal, serve } from "../support/loopback.ts";

test("the journal hears chunks after they went on, in order, with rising times", async () => {
  const { port, server } = await serve((socket) => {
    socket.on("data", (bytes: Buffer) => socket.write(`re:${bytes.toString()}`));
    socket.on("end", () => socket.end());
  });
  const chunks: Chunk[] = [];
  const before = Date.now() - 1;
  const data = (from: Side, bytes: Uint8Array, at: number): void =>
    void chunks.push({ from, bytes: Uint8Array.from(bytes), at });
  const middle = forwarder(port, { data });
  const client = dial(middle.port);
  for (const word of ["a", "b", "c"]) {
    client.socket.write(word);
    await client.until(`re:${word}`);
  }
  client.socket.end();
  await middle.closed;
  expect(chunks.map(({ from, bytes }) => `${from} ${Buffer.from(bytes).toString()}`)).toEqual([
    "client a",
    "server re:a",
    "client b",
    "server re:b",
    "client c",
    "server re:c",
  ]);
  const times = chunks.map(({ at }) => at);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times[0]).toBeGreaterThan(before);
  middle.stop();
  server.close();
});

test("a client that has gone before the far end was reached leaves nothing open", async () => {
  let gone = (): void => {};
  const serverGone = new Promise<void>((resolve) => (gone = resolve));
  const { port, server } = await serve((socket) => {
    socket.on("close", gone);
    socket.on("end", () => socket.end());
    socket.resume();
  });
  const middle = forwarder(port, new KeptJournal());
  const client = dial(middle.port);
  client.socket.on("connect", () => client.socket.destroy());
  await middle.closed;
  await serverGone;
  middle.stop();
  server.close();
});

test("many connections at once stay apart", async () => {
  const { port, server } = await serve((socket) => {
    socket.on("data", (bytes: Buffer) => socket.write(bytes));
    socket.on("end", () => socket.end());
  });
  const middle = forwarder(port, new KeptJournal());
  const clients = Array.from({ length: 100 }, () => dial(middle.port));
  for (const [i, client] of clients.entries()) client.socket.end(`${i} `.repeat(500));
  await Promise.all(clients.map((client) => client.closed));
  for (const [i, client] of clients.entries()) expect(client.text).toBe(`${i} `.repeat(500));
  expect(middle.relays).toHaveLength(100);
  expect(forward).toBeFunction();
  middle.stop();
  server.close();
});
