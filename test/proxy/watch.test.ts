/** What goes on at once, what is kept back, and when nothing more needs to be watched. */
import { expect, test } from "bun:test";
import { type Peer, type Protocol, type Session, type Side, type Step } from "../../src/core/protocol.ts";
import { Conversation } from "../../src/proxy/conversation.ts";
import { Watch } from "../../src/proxy/watch.ts";
import { helloOf } from "../support/client-hello.ts";
import { tcpPeer } from "../support/loopback.ts";
import { toyProtocol } from "../support/toy-protocol.ts";

const toy = toyProtocol as Protocol;
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** Watches a protocol whose session reacts to what is said as `react` has it. */
const watching = (react: (said: string, from: Side) => Step<unknown>[], protocols?: readonly Protocol[]): Watch => {
  const session = (): Session<unknown> => ({
    start: () => [],
    data: ({ bytes, from }) => react(text(bytes), from),
    wake: () => [],
    gap: () => {},
    end: () => [],
  });
  const upgrading: Protocol = { ...toy, upgrades: true };
  return new Watch(
    new Conversation({
      protocols: protocols ?? [upgrading],
      fallback: { ...toy, name: "fallback" },
      peer: tcpPeer satisfies Peer,
      open: session,
      budgetBytes: 1 << 20,
      expectedFor: () => null,
      isTlsFor: () => false,
      tls: "told",
    }),
  );
};

const see = (watch: Watch, said: string | Uint8Array, from: Side = "client") => {
  const seen = watch.see({ from, bytes: typeof said === "string" ? Buffer.from(said) : said, at: 1 });
  return { onward: text(seen.onward), said: text(seen.said), tls: seen.tls };
};

test("plain text goes on as it came, and what is clear is clear for the destination", () => {
  const watch = watching((said) => (said === "clear" ? [{ do: "clear" }] : []));
  expect(see(watch, "hello")).toEqual({ onward: "hello", said: "hello", tls: null });
  expect([watch.isOver, watch.isClear, watch.isFresh]).toEqual([false, false, false]);
  see(watch, "clear");
  expect([watch.isOver, watch.isClear]).toEqual([true, true]);
});

test("a hello is kept back from its first byte on, however it is cut", async () => {
  const hello = await helloOf("shop.example");
  const watch = watching(() => []);
  expect(watch.isFresh).toBe(true);
  for (const at of [0, 1, 2]) expect(see(watch, hello.subarray(at, at + 1)).onward).toBe("");
  const { onward, tls } = see(watch, hello.subarray(3));
  expect([onward, tls?.hello.serverName, tls && Buffer.compare(tls.early, hello)]).toEqual(["", "shop.example", 0]);
  watch.secured("shop.example");
  see(watch, "clear");
  expect([watch.isClear, watch.peer.host, watch.isFresh]).toEqual([false, "shop.example", false]);
});

test("what only began like a hello goes on whole, with what comes behind it, or at the end", () => {
  const like = Uint8Array.of(0x16, 3, 1);
  const watch = watching(() => []);
  expect(see(watch, like).onward).toBe("");
  expect(see(watch, "no, text").onward).toBe("\u0016\u0003\u0001no, text");
  const ending = watching(() => []);
  see(ending, like);
  expect([ending.end("server").length, text(ending.end("client"))]).toEqual([0, "\u0016\u0003\u0001"]);
});

test("what a session puts in its place goes on instead; what the client said is what it said", () => {
  const watch = watching((said, from) =>
    said === "y" ? [{ do: "replace", bytes: Buffer.from(from === "client" ? "n" : "s") }] : [],
  );
  see(watch, "hello");
  expect(see(watch, "y")).toEqual({ onward: "n", said: "y", tls: null });
  expect(see(watch, "y", "server")).toEqual({ onward: "s", said: "s", tls: null });
  expect(see(watch, "z", "server")).toEqual({ onward: "z", said: "z", tls: null });
});

test("a session may give a client up, or what it cannot read", () => {
  const watch = watching((said) => [
    said === "blind" ? { do: "blind", reason: "bound" } : { do: "unread", reason: "odd" },
  ]);
  see(watch, "blind");
  expect([watch.blind, watch.isOver]).toEqual(["bound", false]);
  see(watch, "odd");
  expect(watch.isOver).toBe(true);
});
