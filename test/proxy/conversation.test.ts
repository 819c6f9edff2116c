/** A connection's life: what is kept while sniffing, what ends the reading, and that nothing is ever thrown. */
import { expect, test } from "bun:test";
import { type Protocol, type Session, type Side, type Step } from "../../src/core/protocol.ts";
import { Conversation, type ConversationOptions } from "../../src/proxy/conversation.ts";
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
    expected: null,
    ...options,
  });

const say = (conversation: Conversation, said: string, at: number, from: Side = "client"): Step<unknown>[] =>
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
  const conversation = converse(heard, { expected: hello });
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
  converse(heard, { expected: greeter }).start();
  converse(heard, { expected: fallback }).start();
  converse(heard, { expected: hello }).start();
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
  const emit: Step<unknown> = { do: "emit", exchange: { spec: 1, startedAt: 0, endedAt: 1, reuse: "once" } };
  const conversation = converse([], {}, (said) => (said.endsWith(".") ? [emit] : []));
  say(conversation, "hello", 1);
  for (let i = 0; i < 5; i++) expect(say(conversation, `${"x".repeat(900)}.`, 2)).toEqual([emit]);
  expect(say(conversation, "x".repeat(900), 3)).toEqual([]);
  const reason = "hello took more than 1000 bytes without finishing an exchange";
  expect(say(conversation, "x".repeat(200), 4)).toEqual([{ do: "unread", reason }]);
});

test("TLS, at once or asked for, is not read, and close ends the reading", () => {
  const upgrade = converse([], {}, () => [{ do: "startTls", early: new Uint8Array(0) }]);
  expect(say(upgrade, "hello", 1)).toEqual([{ do: "unread", reason: "TLS" }]);
  const atOnce = converse([]);
  expect(say(atOnce, "\x16\x03\x01\x00\x04\x01\x00\x00\x00", 1)).toEqual([{ do: "unread", reason: "TLS" }]);
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
