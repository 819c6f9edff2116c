/** The relay's numbered safety rules, one test each, over real sockets. */
import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { highWaterBytes } from "../../src/proxy/outlet.ts";
import { startProxy } from "../../src/proxy/listener.ts";
import { answerer, dial, forwarder, KeptJournal, serve } from "../support/loopback.ts";
import { chaos, conversationOf, quietProxy, replying, send, silent, sleeping, throwing } from "../support/stub-sessions.ts"; // prettier-ignore
import { noise, seeded, sum, writeCut } from "../support/traffic.ts";

test("rule 1: bytes go on unaltered and in order, however they are cut, both ways at once", async () => {
  const up = noise(9_000_011, 1);
  const down = noise(7_000_003, 2);
  const gotUp: Buffer[] = [];
  const heardAll = Promise.withResolvers<void>();
  const { port, server } = await serve((socket) => {
    socket.on("end", heardAll.resolve);
    socket.on("data", (bytes: Buffer) => gotUp.push(Buffer.from(bytes)));
    void writeCut(socket, down, seeded(3));
  });
  const journal = new KeptJournal();
  const middle = forwarder(port, journal);
  const client = dial(middle.port);
  await writeCut(client.socket, up, seeded(4));
  expect(await client.closed).toBeNull();
  await Promise.all([middle.closed, heardAll.promise]);
  expect(sum(gotUp)).toBe(sum([up]));
  expect(sum(client.got)).toBe(sum([down]));
  expect(sum(journal.bytes.client)).toBe(sum([up]));
  expect(sum(journal.bytes.server)).toBe(sum([down]));
  middle.stop();
  server.close();
}, 30_000);

test("rule 1: a server that speaks first is heard before the client says anything", async () => {
  const { port, server } = await serve((socket) => socket.end("220 welcome"));
  const middle = forwarder(port, new KeptJournal());
  const client = dial(middle.port);
  await client.ended;
  expect(client.text).toBe("220 welcome");
  client.socket.end();
  await middle.closed;
  middle.stop();
  server.close();
});

test("rule 2: a session that throws on every chunk leaves forwarded traffic byte-identical", async () => {
  const down = noise(1_000_003, 5);
  const gotUp: Buffer[] = [];
  const { port, server } = await serve((socket) => {
    socket.on("data", (bytes: Buffer) => gotUp.push(Buffer.from(bytes)));
    socket.on("end", () => void writeCut(socket, down, seeded(6)));
  });
  const conversation = conversationOf(chaos, () => throwing);
  const middle = forwarder(port, {
    data: (from, bytes) => void conversation.data({ from, bytes: Uint8Array.from(bytes), at: 1 }),
    end: (from) => void conversation.end(from),
  });
  const client = dial(middle.port);
  await writeCut(client.socket, down, seeded(7));
  await client.closed;
  expect(sum(gotUp)).toBe(sum([down]));
  expect(sum(client.got)).toBe(sum([down]));
  expect(conversation.unread).toBe("chaos could not be read: a bug in a parser");
  middle.stop();
  server.close();
}, 30_000);

test("rule 2: in answering, a session that throws resets its own connection and no other", async () => {
  const reasons: string[] = [];
  const sessions = [throwing, replying((text) => [send(`echo ${text}`)])];
  const middle = answerer(() => {
    const session = sessions.shift() ?? throwing;
    return { ...silent, conversation: conversationOf(chaos, () => session), onUnread: (why) => reasons.push(why) };
  });
  const first = dial(middle.port);
  await new Promise<void>((resolve) => first.socket.once("connect", resolve));
  const second = dial(middle.port);
  first.socket.write("a");
  expect(await first.closed).toBe("ECONNRESET");
  second.socket.write("b");
  await second.until("echo b");
  expect(reasons).toEqual(["chaos could not be read: a bug in a parser"]);
  second.socket.destroy();
  middle.stop();
});

test("rule 3: a journal that fails in mid-stream is told nothing more, and the bytes go on", async () => {
  const { port, server } = await serve((socket) => {
    socket.on("data", (bytes: Buffer) => socket.write(bytes));
    socket.on("end", () => socket.end());
  });
  let told = 0;
  const middle = forwarder(port, {
    data: () => {
      told++;
      throw new Error("disk full");
    },
    end: () => void told++,
  });
  const client = dial(middle.port);
  client.socket.write("one");
  await client.until("one");
  client.socket.end("two");
  expect(await client.closed).toBeNull();
  expect(client.text).toBe("onetwo");
  expect(told).toBe(1);
  middle.stop();
  server.close();
});

test("rule 4: what a dropped session had begun is not answered", async () => {
  const half = replying(function* () {
    yield send("half of ");
    throw new Error("and then a bug");
  });
  const middle = answerer(() => ({ ...silent, conversation: conversationOf(chaos, () => half) }));
  const client = dial(middle.port);
  client.socket.write("ask");
  expect(await client.closed).toBe("ECONNRESET");
  expect(client.text).toBe("");
  middle.stop();
});

test("rule 5: a session that takes more than its budget is dropped", async () => {
  const reasons: string[] = [];
  const greedy = replying(() => []);
  const middle = answerer(() => ({
    ...silent,
    conversation: conversationOf(chaos, () => greedy, 100_000),
    onUnread: (why) => reasons.push(why),
  }));
  const client = dial(middle.port);
  client.socket.write(Buffer.alloc(300_000));
  expect(await client.closed).not.toBeNull();
  expect(reasons).toEqual(["chaos took more than 100000 bytes without finishing an exchange"]);
  middle.stop();
});

test("rule 6: a FIN passes on, and the other direction stays open", async () => {
  const heard: string[] = [];
  const { port, server } = await serve((socket) => {
    socket.on("data", (bytes: Buffer) => heard.push(bytes.toString()));
    socket.on("end", () => {
      heard.push("FIN");
      socket.write("late ");
      setImmediate(() => socket.end("reply"));
    });
  });
  const journal = new KeptJournal();
  const middle = forwarder(port, journal);
  const client = dial(middle.port);
  client.socket.end("question");
  await client.ended;
  await middle.closed;
  expect(heard).toEqual(["question", "FIN"]);
  expect(client.text).toBe("late reply");
  expect(journal.events).toEqual(["client data", "client end", "server data", "server end", "close"]);
  middle.stop();
  server.close();
});

test("rule 6: a server that ends first still hears the client", async () => {
  const heard: Buffer[] = [];
  const up = noise(20_000_000, 8);
  const heardAll = Promise.withResolvers<void>();
  const { port, server } = await serve((socket) => {
    socket.on("end", heardAll.resolve);
    socket.pause();
    socket.end("bye");
    socket.on("data", (bytes: Buffer) => heard.push(Buffer.from(bytes)));
    socket.once("finish", () => setTimeout(() => socket.resume(), 50));
  });
  const middle = forwarder(port, new KeptJournal());
  const client = dial(middle.port);
  await client.ended;
  await writeCut(client.socket, up, seeded(9));
  await Promise.all([middle.closed, heardAll.promise]);
  expect(client.text).toBe("bye");
  expect(sum(heard)).toBe(sum([up]));
  middle.stop();
  server.close();
}, 30_000);

test("rule 6: in answering, the reply still comes after the client's FIN", async () => {
  const middle = answerer(() => ({
    ...silent,
    conversation: conversationOf(chaos, () => ({
      ...replying(() => [{ do: "wake", afterMs: 20 }]),
      wake: () => [send("late")],
    })),
  }));
  const client = dial(middle.port);
  client.socket.end("ask");
  await client.ended;
  expect(client.text).toBe("late");
  await middle.closed;
  middle.stop();
});

test("rule 7: while a client reads nothing, the server is not read, and 200 MB arrive whole", async () => {
  const block = noise(1 << 20, 10);
  const blocks = 200;
  let written = 0;
  const { port, server } = await serve((socket) => {
    const more = (): void => {
      while (written < blocks) {
        written++;
        if (!socket.write(block)) {
          socket.once("drain", more);
          return;
        }
      }
      socket.end();
    };
    more();
  });
  let passed = 0;
  const middle = forwarder(port, { data: (_from, bytes) => void (passed += bytes.length) });
  const socket = connect({ port: middle.port, host: "127.0.0.1" });
  socket.pause();
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  // It stands still once every buffer on the way is full: nothing has moved for some turns of the loop.
  for (let still = 0, before = -1; still < 20; still = passed === before ? still + 1 : 0) {
    before = passed;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(passed).toBeLessThan(40 << 20);
  const hash = createHash("sha1");
  let got = 0;
  socket.on("data", (bytes: Buffer) => {
    hash.update(bytes);
    got += bytes.length;
  });
  socket.resume();
  await new Promise((resolve) => socket.on("close", resolve));
  expect(got).toBe(blocks * block.length);
  expect(hash.digest("hex")).toBe(sum(Array.from({ length: blocks }, () => block)));
  middle.stop();
  server.close();
}, 60_000);

test("rule 7: in answering, an app that reads nothing is not read beyond the high-water mark", async () => {
  let asked = 0;
  const middle = answerer(() => ({
    ...silent,
    conversation: conversationOf(chaos, () =>
      replying((text) => {
        asked += text.length;
        return [{ do: "send", bytes: new Uint8Array(16 * highWaterBytes) }];
      }),
    ),
  }));
  const socket = connect({ port: middle.port, host: "127.0.0.1" });
  socket.pause();
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  const question = Buffer.alloc(64 * 1024, "?");
  let sent = 0;
  const ask = (): void => {
    while (sent < 64 << 20) {
      sent += question.length;
      if (!socket.write(question)) return void socket.once("drain", ask);
    }
  };
  ask();
  for (let still = 0, before = -1; still < 20; still = asked === before ? still + 1 : 0) {
    before = asked;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(8 << 20);
  socket.destroy();
  await middle.closed;
  middle.stop();
}, 30_000);

test("rule 8: answering connects nowhere, though the recorded destination listens", async () => {
  let connections = 0;
  const { port, server } = await serve(() => void connections++);
  const peers: string[] = [];
  await using proxy = await startProxy({
    ...quietProxy,
    originOf: () => ({ address: "127.0.0.1", port }),
    poolFor: (protocol, peer) => {
      peers.push(`${peer.host}:${peer.port}`);
      return quietProxy.poolFor(protocol, peer);
    },
  });
  const client = dial(proxy.ports.port4);
  client.socket.end("hello\n");
  await client.closed;
  expect(peers).toEqual([`127.0.0.1:${port}`]);
  expect(connections).toBe(0);
  server.close();
});

test("rule 9: a refused far end is a reset here", async () => {
  const { port, server } = await serve(() => {});
  await new Promise((resolve) => server.close(resolve));
  const middle = forwarder(port, new KeptJournal());
  const client = dial(middle.port);
  client.socket.write("x");
  expect(await client.closed).toBe("ECONNRESET");
  await middle.closed;
  middle.stop();
});

test("rule 9: a reset by either end is a reset at the other", async () => {
  const accepted: Socket[] = [];
  const seen = Promise.withResolvers<string>();
  const { port, server } = await serve((socket) => {
    accepted.push(socket);
    socket.on("error", (error: Error & { code?: string }) => seen.resolve(error.code ?? ""));
    socket.on("data", (bytes: Buffer) => socket.write(bytes));
  });
  const middle = forwarder(port, new KeptJournal());
  const first = dial(middle.port);
  first.socket.write("hello");
  await first.until("hello");
  // The listener's sockets of Bun reset for certain; node:net's resetAndDestroy does not.
  const rst = await Bun.connect({
    hostname: "127.0.0.1",
    port: middle.port,
    socket: {
      data: (socket) => socket.terminate(),
      open: (socket) => void socket.write("x"),
    },
  });
  expect(await seen.promise).toBe("ECONNRESET");
  expect(rst.readyState).toBeLessThan(1);
  first.socket.destroy();
  middle.stop();
  server.close();

  const resetting = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: (socket) => socket.terminate() },
  });
  const second = forwarder(resetting.port, new KeptJournal());
  const client = dial(second.port);
  client.socket.write("x");
  expect(await client.closed).toBe("ECONNRESET");
  second.stop();
  resetting.stop(true);
});

test("rule 10: a stranger is reset, counted and never served", async () => {
  await using proxy = await startProxy({
    ...quietProxy,
    originOf: () => null,
    poolFor: () => {
      throw new Error("nobody is to be served");
    },
  });
  const client = dial(proxy.ports.port4);
  client.socket.write("let me in");
  expect(await client.closed).toBe("ECONNRESET");
  expect(client.text).toBe("");
  expect(proxy.strangers).toBe(1);
});

test("rule 11: an aborted relay closes both sockets and clears its timers", async () => {
  let woken = 0;
  const asleep = (wake: () => void) =>
    answerer(() => ({ ...silent, conversation: conversationOf(chaos, () => sleeping(60, wake)) }));
  const answering = asleep(() => woken++);
  const asker = dial(answering.port);
  asker.socket.write("ask");
  await asker.until("soon");
  for (const relay of answering.relays) relay.abort();
  await answering.closed;
  expect(await asker.closed).toBe("ECONNRESET");

  const serverGone = Promise.withResolvers<void>();
  const { port, server } = await serve((socket) => {
    socket.on("close", serverGone.resolve);
    socket.on("data", (bytes: Buffer) => socket.write(bytes));
  });
  const forwarding = forwarder(port, new KeptJournal());
  const client = dial(forwarding.port);
  client.socket.write("hi");
  await client.until("hi");
  for (const relay of forwarding.relays) relay.abort();
  await forwarding.closed;
  expect(await client.closed).toBe("ECONNRESET");
  await serverGone.promise;
  // A timer that was set later for the same span has run: the first would have run before it.
  const later = Promise.withResolvers<void>();
  const waking = asleep(later.resolve);
  const waiting = dial(waking.port);
  waiting.socket.write("ask");
  await later.promise;
  expect(woken).toBe(0);
  waiting.socket.destroy();
  waking.stop();
  answering.stop();
  forwarding.stop();
  server.close();
});
