/** A connection's life: what is kept while sniffing, what ends the reading, and that nothing is ever thrown. */
import { expect, test } from "bun:test";
import { type Peer, type Protocol, type Session, type Side, type Step } from "../../src/core/protocol.ts";
import { Conversation, type ConversationOptions, type Told } from "../../src/proxy/conversation.ts";
import { helloOf } from "../support/client-hello.ts";
import { tcpPeer } from "../support/loopback.ts";
import { toyProtocol } from "../support/toy-protocol.ts";

const toy = toyProtocol as Protocol;
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** A session that writes down what it hears. */
const listening = (heard: string[], react: (said: string) => Iterable<Step<unknown>> = () => []): Session<unknown> => ({
  start: () => (heard.push("start"), []),
  data: ({ from, bytes, at }) => {
    heard.push(`${from} ${text(bytes)} at ${at}`);
    return react(text(bytes));
  },
  wake: (at) => (heard.push(`wake at ${at}`), []),
  gap: (from) => void heard.push(`gap ${from}`),
  end: (from, isReset) => (heard.push(`${isReset === true ? "reset" : "end"} ${from}`), []),
});

/** Says yes once the client's head is `word`. */
const named = (name: string, word: string, speaksFirst: Side = "client"): Protocol => ({
  ...toy,
  name,
  speaksFirst,
  upgrades: true,
  detect: ({ client }) => (text(client).startsWith(word) ? "yes" : word.startsWith(text(client)) ? "more" : "no"),
});

const hello = named("hello", "hello");
const greeter = named("greeter", "never said", "server");
const fallback: Protocol = { ...toy, name: "fallback" };

const converse = (
  heard: string[],
  options: Partial<ConversationOptions> = {},
  react?: (said: string) => Iterable<Step<unknown>>,
): Conversation =>
  new Conversation({
    protocols: [hello, greeter],
    fallback,
    peer: tcpPeer,
    open: (protocol) => (heard.push(protocol.name), listening(heard, react)),
    budgetBytes: 1000,
    expectedFor: () => null,
    isTlsFor: () => false,
    tls: "unread",
    ...options,
  });

const say = (conversation: Conversation, said: string, at: number, from: Side = "client"): Told[] =>
  conversation.data({ from, bytes: Buffer.from(said), at });

test("what was heard while sniffing reaches the session in order, with its times", () => {
  const heard: string[] = [];
  const conversation = converse(heard);
  expect(conversation.start()).toEqual([]);
  expect(say(conversation, "he", 1)).toEqual([{ do: "wake", afterMs: 250 }]);
  say(conversation, "banner", 2, "server");
  expect(conversation.protocol).toBeNull();
  expect(say(conversation, "llo", 3)).toEqual([]);
  say(conversation, "more", 4);
  expect(conversation.end("client")).toEqual([]);
  expect(conversation.protocol).toBe(hello);
  expect(heard).toEqual([
    "hello",
    "start",
    "client he at 1",
    "server banner at 2",
    "client llo at 3",
    "client more at 4",
    "end client",
  ]);
});

test("a gap, a wake and an end reach the session; a gap while sniffing ends the reading", () => {
  const heard: string[] = [];
  const conversation = converse(heard);
  say(conversation, "hello", 1);
  conversation.gap("server");
  conversation.wake(9);
  conversation.end("server");
  expect(heard.slice(3)).toEqual(["gap server", "wake at 9", "end server"]);

  const early = converse([]);
  say(early, "he", 1);
  const reason = "bytes were lost before the protocol was known";
  expect(early.gap("client")).toEqual([{ do: "unread", reason }]);
  expect(early.unread).toBe(reason);
  expect(say(early, "llo", 2)).toEqual([]);
});

test("silence settles the protocol, and only silence that lasted", () => {
  const heard: string[] = [];
  const conversation = converse(heard, { expectedFor: () => hello });
  say(conversation, "he", 1000);
  expect(conversation.wake(1100)).toEqual([{ do: "wake", afterMs: 150 }]);
  expect(conversation.wake(1250)).toEqual([]);
  expect(conversation.protocol).toBe(hello);
  const idle = converse([]);
  expect([idle.wake(5000), idle.settle(), idle.protocol]).toEqual([[], [], null]);
});

test("when both sides have ended, what there is decides, and the session is told of both ends", () => {
  const heard: string[] = [];
  const conversation = converse(heard);
  say(conversation, "he", 1);
  conversation.end("client");
  expect(conversation.protocol).toBeNull();
  conversation.end("server", true);
  expect(heard).toEqual(["fallback", "start", "client he at 1", "end client", "reset server"]);
});

test("an expected server that speaks first, or an expected fallback, begins at once", () => {
  const heard: string[] = [];
  converse(heard, { expectedFor: () => greeter }).start();
  converse(heard, { expectedFor: () => fallback }).start();
  converse(heard, { expectedFor: () => hello }).start();
  expect(heard).toEqual(["greeter", "start", "fallback", "start"]);
});

test("several claims go to the fallback and are named", () => {
  const conversation = converse([], { protocols: [hello, named("hallo", "hello")] });
  say(conversation, "hello", 1);
  expect(conversation.protocol).toBe(fallback);
  expect(conversation.claimedBy).toEqual(["hello", "hallo"]);
});

test("what a session threw is the reason; what it had finished before stays", () => {
  const conversation = converse([], {}, function* () {
    yield { do: "emit", exchange: { spec: 1, startedAt: 0, endedAt: 1, reuse: "once" } };
    throw new Error("no such frame");
  });
  expect(say(conversation, "hello", 1).map((step) => step.do)).toEqual(["emit", "unread"]);
  expect(conversation.unread).toBe("hello could not be read: no such frame");
  expect(conversation.end("client")).toEqual([]);
  const unopened = converse([], {
    open: () => {
      throw new Error("no pool");
    },
  });
  expect(say(unopened, "hello", 1)).toEqual([{ do: "unread", reason: "hello could not be read: no pool" }]);
});

test("the budget counts what came in since something came out", () => {
  const exchange = { spec: 1, startedAt: 0, endedAt: 1, reuse: "once" } as const;
  const conversation = converse([], {}, (said) => (said.endsWith(".") ? [{ do: "emit", exchange }] : []));
  say(conversation, "hello", 1);
  const emit: Told = { do: "emit", exchange, protocol: hello, peer: tcpPeer };
  for (let i = 0; i < 5; i++) expect(say(conversation, `${"x".repeat(900)}.`, 2)).toEqual([emit]);
  expect(say(conversation, "x".repeat(900), 3)).toEqual([]);
  const reason = "hello took more than 1000 bytes without finishing an exchange";
  expect(say(conversation, "x".repeat(200), 4)).toEqual([{ do: "unread", reason }]);
});

test("close ends the reading", () => {
  const heard: string[] = [];
  const closing = converse(heard, {}, () => [{ do: "close", reason: "quit" }]);
  expect(say(closing, "hello", 1)).toEqual([{ do: "close", reason: "quit" }]);
  expect(say(closing, "more", 2)).toEqual([]);
  expect([closing.unread, heard.length]).toEqual([null, 3]);
});

test("a head that comes byte by byte costs no more than its size", () => {
  const never: Protocol = { ...toy, detect: () => "more" };
  const conversation = converse([], { protocols: [never], budgetBytes: 1 << 20 });
  for (let i = 0; i < 65_536; i++) say(conversation, "x", i);
  expect(conversation.protocol).toBe(fallback);
});

const none = new Uint8Array(0);
const give = (conversation: Conversation, bytes: Uint8Array, from: Side = "client"): Told[] =>
  conversation.data({ from, bytes, at: 1 });
const upgrading = (said: string): Step<unknown>[] => (said === "hello" ? [{ do: "startTls", early: none }] : []);
const tunnelling = (said: string): Step<unknown>[] =>
  said === "hello" ? [{ do: "tunnel", host: "far.example", port: 443, early: none }] : [];

test("where nobody terminates TLS it ends the reading, at the head, asked for, or out of the blue", async () => {
  const bytes = await helloOf("shop.example");
  const reason = "TLS (shop.example)";
  expect(give(converse([]), bytes)).toEqual([{ do: "unread", reason }]);
  const asked = converse([], {}, upgrading);
  expect(say(asked, "hello", 1)).toEqual([]);
  expect(give(asked, bytes.subarray(0, 9))).toEqual([]);
  expect(give(asked, bytes.subarray(9))).toEqual([{ do: "unread", reason }]);
  const blue = converse([]);
  say(blue, "STARTTLS", 1);
  expect([blue.protocol, give(blue, bytes)]).toEqual([fallback, [{ do: "unread", reason }]]);
  const torn = converse([]);
  give(torn, bytes.subarray(0, 9));
  torn.end("client");
  expect(torn.end("server")).toEqual([{ do: "unread", reason: "TLS" }]);
});

test("an upgrade that was asked for and did not come, since what passes is plain already, changes nothing", () => {
  const heard: string[] = [];
  const conversation = converse(heard, {}, upgrading);
  say(conversation, "hello", 1);
  say(conversation, "plain", 2);
  expect([conversation.unread, heard.at(-1)]).toEqual([null, "client plain at 2"]);
});

test("TLS at the head is told with its hello, held back meanwhile, and what it protects is a layer of its own", async () => {
  const heard: string[] = [];
  const peers: Peer[] = [];
  const open = (protocol: Protocol, peer: Peer) => (peers.push(peer), heard.push(protocol.name), listening(heard));
  const conversation = converse([], { tls: "told", open });
  const bytes = await helloOf("shop.example");
  expect(give(conversation, bytes.subarray(0, 3))).toEqual([{ do: "wake", afterMs: 250 }]);
  expect(conversation.undecidedBytes).toBe(3);
  give(conversation, bytes.subarray(3, 100));
  expect([conversation.undecidedBytes, conversation.wake(1000)]).toEqual([100, []]);
  const [told, ...rest] = give(conversation, bytes.subarray(100));
  expect(told).toMatchObject({ do: "startTls", hello: { serverName: "shop.example" } });
  expect(told?.do === "startTls" && Buffer.compare(told.early, bytes)).toBe(0);
  expect([rest, conversation.undecidedBytes, conversation.isDirect]).toEqual([[], 0, true]);
  expect(conversation.secured("shop.example")).toEqual([]);
  say(conversation, "hello", 2);
  expect(peers).toEqual([{ ...tcpPeer, host: "shop.example", isTls: true }]);
  expect([heard.at(-1), conversation.isDirect]).toEqual(["client hello at 2", false]);
});

test("an upgrade in mid-stream keeps its session, and the far end's name", async () => {
  const heard: string[] = [];
  const exchange = { spec: 1, startedAt: 0, endedAt: 1, reuse: "once" } as const;
  const react = (said: string): Step<unknown>[] => (said === "query" ? [{ do: "emit", exchange }] : upgrading(said));
  const conversation = converse(heard, { tls: "told" }, react);
  const bytes = await helloOf(null);
  say(conversation, "hello", 1);
  expect(give(conversation, bytes)).toMatchObject([{ do: "startTls", hello: { serverName: null } }]);
  expect(conversation.secured(null)).toEqual([]);
  const peer = { ...tcpPeer, isTls: true };
  expect(say(conversation, "query", 2)).toEqual([{ do: "emit", exchange, protocol: hello, peer }]);
  expect(heard.slice(2)).toEqual(["client hello at 1", "client query at 2"]);
});

test("TLS that begins in the chunk that asks for it is told with those bytes", async () => {
  const bytes = await helloOf("shop.example");
  const react = (): Step<unknown>[] => [{ do: "startTls", early: bytes }];
  const conversation = converse([], { tls: "told", budgetBytes: 1 << 20 }, react);
  const steps = give(conversation, Buffer.concat([Buffer.from("hello"), bytes]));
  expect(steps).toMatchObject([{ do: "startTls", early: bytes }]);
});

test("an upgrade that nobody understands is looked for among the client's first chunks", async () => {
  const bytes = await helloOf("mail.example");
  const mail = converse([], { tls: "told" });
  say(mail, "220 ready", 1, "server");
  say(mail, "EHLO", 1);
  say(mail, "STARTTLS", 2);
  expect(mail.protocol).toBe(fallback);
  give(mail, bytes.subarray(0, 50));
  expect(mail.undecidedBytes).toBe(50);
  expect(give(mail, bytes.subarray(50))).toMatchObject([{ do: "startTls", hello: { serverName: "mail.example" } }]);
  expect(mail.secured("mail.example")).toEqual([{ do: "clear" }]);

  const plain = converse([], { tls: "told", budgetBytes: 1 << 20 });
  const steps = Array.from({ length: 17 }, (_, at) => say(plain, `${at}`, at));
  expect(steps.flat()).toEqual([{ do: "clear" }]);
  expect(steps[15]).toEqual([{ do: "clear" }]);
  const large = converse([], { tls: "told", budgetBytes: 1 << 20 });
  expect(say(large, "x".repeat(70_000), 1)).toEqual([{ do: "clear" }]);
});

test("a protocol without upgrades is clear as soon as it is known, and a session says so once", () => {
  const simple = { ...named("simple", "simple"), upgrades: false };
  expect(say(converse([], { protocols: [simple] }), "simple", 1)).toEqual([{ do: "clear" }]);
  const saying = converse([], {}, () => [{ do: "clear" }]);
  expect([say(saying, "hello", 1), say(saying, "more", 2)]).toEqual([[{ do: "clear" }], []]);
});

test("a tunnel is sniffed like a connection of its own, under its own peer, TLS in it included", async () => {
  const heard: string[] = [];
  const peers: Peer[] = [];
  const open = (protocol: Protocol, peer: Peer) => (
    peers.push(peer),
    heard.push(protocol.name),
    listening(heard, tunnelling)
  );
  const conversation = converse([], { tls: "told", open });
  say(conversation, "hello", 1);
  expect([conversation.protocol, conversation.isDirect]).toEqual([null, false]);
  const bytes = await helloOf("inner.example");
  expect(give(conversation, bytes)).toMatchObject([{ do: "startTls" }]);
  conversation.secured("inner.example");
  say(conversation, "hello", 2);
  const far = { ...tcpPeer, address: "far.example", port: 443 };
  expect(peers).toEqual([tcpPeer, { ...far, host: "inner.example", isTls: true }]);
  expect(conversation.peer).toEqual({ ...far, host: "far.example" });
  const [first] = give(conversation, bytes);
  expect(first).toMatchObject({ do: "startTls" });
});

test("what comes with the answer that opens a tunnel belongs to it", () => {
  const heard: string[] = [];
  const early = Buffer.from("banner");
  const conversation = converse(heard, { protocols: [hello] }, (said) =>
    said.startsWith("200")
      ? [
          { do: "tunnel", host: "far.example", port: 22, early },
          { do: "unread", reason: "x" },
        ]
      : [],
  );
  say(conversation, "hello", 1);
  say(conversation, "200 banner", 2, "server");
  say(conversation, "hello", 3);
  expect(heard.slice(4)).toEqual(["hello", "start", "server banner at 2", "client hello at 3"]);
});

test("a server that speaks first waits for TLS where all was protected and it cannot upgrade", async () => {
  const heard: string[] = [];
  const greeting = { ...greeter, upgrades: false };
  const peer = { ...tcpPeer, isTls: true };
  const options = { protocols: [hello, greeting], peer, expectedFor: () => greeting, tls: "told" } as const;
  const conversation = converse(heard, options);
  expect([conversation.start(), heard]).toEqual([[], []]);
  give(conversation, await helloOf(null));
  conversation.secured(null);
  expect(heard).toEqual(["greeter", "start"]);
});
