/** UDP sockets that answer, and that do not. */
import { expect, test } from "bun:test";
import { openResolver, openSink } from "../../src/proxy/datagrams.ts";

test("each datagram is handed over whole, to be kept, and its reply finds the way back", async () => {
  const kept: Uint8Array[] = [];
  const resolver = await openResolver("127.0.0.1", (bytes, address, port, reply) => {
    kept.push(bytes);
    reply(Buffer.from(`${address}:${port} said ${bytes.length}`));
  });
  const replies: string[] = [];
  let done = (): void => {};
  const all = new Promise<void>((resolve) => (done = resolve));
  const asker = await Bun.udpSocket({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: (_socket, bytes) => void (replies.push(bytes.toString()) === 2 && done()) },
  });
  asker.send("first", resolver.port, "127.0.0.1");
  asker.send("the second", resolver.port, "127.0.0.1");
  await all;
  expect(replies).toEqual([`127.0.0.1:${asker.port} said 5`, `127.0.0.1:${asker.port} said 10`]);
  expect(kept.map((bytes) => Buffer.from(bytes).toString())).toEqual(["first", "the second"]);
  asker.close();
  resolver.close();
});

test("a sink tells who sent, and an asker that has gone does no harm", async () => {
  let tell = (_from: string): void => {};
  const told = new Promise<string>((resolve) => (tell = resolve));
  const sink = await openSink("127.0.0.1", (address, port) => tell(`${address}:${port}`));
  const sender = await Bun.udpSocket({ hostname: "127.0.0.1", port: 0, socket: {} });
  sender.send("x", sink.port, "127.0.0.1");
  expect(await told).toBe(`127.0.0.1:${sender.port}`);
  sender.close();
  sink.close();
});
