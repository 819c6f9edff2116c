/** Sessions and protocols that do one thing each, for tests of what runs them. */
import { type Protocol, type Session } from "../../src/core/protocol.ts";
import { Conversation } from "../../src/proxy/conversation.ts";
import { type AnsweringOptions } from "../../src/proxy/answer-gate.ts";
import { tcpPeer } from "./loopback.ts";
import { toyProtocol } from "./toy-protocol.ts";

/** A session whose every word is an error. */
export const throwing: Session<unknown> = {
  start: () => [],
  data: () => {
    throw new Error("a bug in a parser");
  },
  wake: () => [],
  gap: () => {},
  end: () => {
    throw new Error("a bug in a parser");
  },
};

/** Claims every connection, and fails at it. */
export const chaos: Protocol = {
  ...toyProtocol,
  name: "chaos",
  detect: () => "yes",
  record: () => throwing,
  replay: () => throwing,
} as Protocol;

/** A conversation of one protocol with the session given. */
export const conversationOf = (
  protocol: Protocol,
  session: () => Session<unknown>,
  budgetBytes = 1 << 20,
): Conversation =>
  new Conversation({
    protocols: [protocol],
    fallback: protocol,
    peer: tcpPeer,
    open: session,
    budgetBytes,
    expectedFor: () => null,
    isTlsFor: () => false,
    tls: "unread",
  });

/** A session that answers each chunk as `reply` says. */
export const replying = (reply: (text: string) => ReturnType<Session<unknown>["data"]>): Session<unknown> => ({
  start: () => [],
  data: (chunk) => reply(Buffer.from(chunk.bytes).toString("latin1")),
  wake: () => [],
  gap: () => {},
  end: () => [],
});

/** A step. */
export const send = (text: string) => ({ do: "send", bytes: new TextEncoder().encode(text) }) as const;
/** A session that says "soon" and wants to be woken so much later. */
export const sleeping = (afterMs: number, wake: () => void): Session<unknown> => ({
  ...replying(() => [{ do: "wake", afterMs }, send("soon")]),
  wake: () => (wake(), []),
});

/** Events that nobody listens to. */
export const silent = { tls: null, onMiss: () => {}, onUnread: () => {}, onName: () => {} };

/** A proxy that answers nothing and tells nobody; a test says what it wants otherwise. */
export const quietProxy: AnsweringOptions = {
  mode: "answer",
  protocols: [toyProtocol as Protocol],
  fallback: toyProtocol as Protocol,
  originOf: () => ({ address: "10.0.0.7", port: 7000 }),
  poolFor: () => ({ take: () => ({ found: false, nearest: null }), recall: () => [] }),
  expectedFor: () => null,
  isTlsFor: () => false,
  tls: null,
  refusedFor: () => null,
  surroundings: [],
  names: new Map(),
  budgetBytes: 1 << 20,
  onMiss: () => {},
  onUnread: () => {},
};
