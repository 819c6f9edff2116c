import { expect, test } from "bun:test";
import type { Ask, Pool, Take } from "../../../src/core/pool.ts";
import type { Step } from "../../../src/core/protocol.ts";
import { generic, type GenericSpec } from "../../../src/protocols/generic/index.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { peerOf } from "../../support/run-session.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const tcp = peerOf({ port: 7, transport: "tcp" });
const udp = peerOf({ port: 7, transport: "udp" });

const exchange = (asked: string, answered: string, closes = false) => ({
  spec: { request: asked === "" ? [] : [bytes(asked)], response: [bytes(answered)], closes, isPush: false },
  startedAt: 0,
  endedAt: 0,
  reuse: asked === "" ? ("repeat" as const) : ("once" as const),
});

/** The exact pool, which also answers what is alike as the product's pool does. */
const pool = (exchanges: readonly ReturnType<typeof exchange>[]): Pool<GenericSpec> => {
  const exact = exactPool(generic, exchanges);
  const take = (ask: Ask<GenericSpec>): Take<GenericSpec> => {
    const taken = exact.take(ask);
    if (taken.found || ask.similarity === null) return taken;
    const alike = exchanges.find(({ spec }) => (ask.similarity?.(spec) ?? 0) >= 0.8);
    return alike === undefined ? taken : { found: true, spec: alike.spec, mock: "alike", certainty: "similar" };
  };
  return { take, recall: exact.recall };
};

const show = (step: Step<GenericSpec>): string => {
  if (step.do === "send") return new TextDecoder().decode(step.bytes);
  if (step.do === "miss") return `miss ${step.miss.asked} ${step.miss.nearest?.differs.join() ?? "-"}`;
  if (step.do === "wake") return `wake ${step.afterMs}${step.orOnChange === true ? " or on change" : ""}`;
  return step.do;
};

/** A session whose clock stands at the last number given. */
const replaying = (exchanges: readonly ReturnType<typeof exchange>[], peer = tcp) => {
  const session = generic.replay(peer, pool(exchanges));
  return {
    start: () => [...session.start()].map(show),
    say: (text: string, at = 0) => [...session.data({ from: "client", bytes: bytes(text), at })].map(show),
    wake: (at: number) => [...session.wake(at)].map(show),
    end: () => [...session.end("client")].map(show),
  };
};

test("a request is answered as soon as it is complete, however it is cut", () => {
  const { say } = replaying([exchange("hello\n", "hi"), exchange("bye\n", "ciao")]);
  expect([..."hello\nbye\n"].map((letter) => say(letter).join() || "-").join(" ")).toBe(
    "wake 2000 - - - - hi - - - ciao",
  );
});

test("the nth time asked gets the nth answer, and the next is a miss that closes, never something alike", () => {
  const { say } = replaying([exchange("a b c d e f g h i j\n", "1"), exchange("a b c d e f g h i j\n", "2")]);
  expect([say("a b c d e f g h i j\n"), say("a b c d e f g h i j\n")]).toEqual([["1"], ["2"]]);
  expect(say("a b c d e f g h i j\n")).toEqual(['miss "a b c d e f g h i j\\n" ', "close"]);
  expect(say("more")).toEqual([]);
});

test("requests that TCP has joined are taken apart", () => {
  const { say } = replaying([exchange("one\n", "1"), exchange("two\n", "2"), exchange("three\n", "3")]);
  expect(say("two\none\nthr")).toEqual(["2", "1", "wake 2000"]);
  expect(say("ee\n")).toEqual(["3"]);
});

test("where a longer request begins alike, silence decides", () => {
  const both = [exchange("get", "short"), exchange("get all", "long")];
  const silent = replaying(both);
  expect(silent.say("get", 100)).toEqual(["wake 50"]);
  expect(silent.wake(150)).toEqual(["short"]);
  const goesOn = replaying(both);
  expect([goesOn.say("get", 100), goesOn.say(" a", 120), goesOn.say("ll", 130)]).toEqual([["wake 50"], [], ["long"]]);
  expect(goesOn.wake(150)).toEqual([]);
});

test("the beginning of a recorded request is waited for, but not for ever", () => {
  const { say, wake } = replaying([exchange("get all", "1")]);
  expect([say("get", 0), wake(1_000), say(" a", 1_900), wake(2_000), say("ll", 3_000)]).toEqual([
    ["wake 2000"],
    [],
    [],
    ["wake 1900"],
    ["1"],
  ]);
  const other = replaying([exchange("get all", "1")]);
  other.say("get", 0);
  expect(other.wake(2_000)).toEqual(['miss "get" request[3]: "\\"get all\\"" -> "\\"get\\""', "close"]);
});

test("what nobody recorded is a miss after silence, with what differs, and the connection closes", () => {
  const { say, wake } = replaying([exchange("get 7\n", "seven")]);
  expect([say("get 8", 0), say("\n", 30)]).toEqual([["wake 50"], []]);
  expect(wake(50)).toEqual(["wake 30"]);
  expect(wake(80)).toEqual(['miss "get 8\\n" request[4]: "\\"get 7\\\\n\\"" -> "\\"get 8\\\\n\\""', "close"]);
});

test("what is alike is answered as such, whole and not by a part of it", () => {
  const line = (time: number) => `A at ${time} level info message user signed in user 7 host web status 200\n`;
  const { say, wake } = replaying([exchange("A", "part"), exchange(line(1), "logged")]);
  expect(say(line(2), 0)).toEqual(["wake 50"]);
  expect(wake(50)).toEqual(["logged"]);
});

test("a known request before an unknown one is answered", () => {
  const { say, wake } = replaying([exchange("login\n", "ok")]);
  expect(say("login\ndrop 1\n", 0)).toEqual(["wake 50"]);
  expect(wake(50)).toEqual(["ok", "wake 50"]);
  expect(wake(100)).toEqual(['miss "drop 1\\n" request[0]: "\\"login\\\\n\\"" -> "\\"drop 1\\\\n\\""', "close"]);
});

test("a client's end decides at once", () => {
  const { say, end } = replaying([exchange("get", "short"), exchange("get all", "long")]);
  say("get");
  expect(end()).toEqual(["short", "close"]);
});

test("a recorded greeting is sent to everybody, and a server that closed closes", () => {
  const greeting = [exchange("", "220 ready\n"), exchange("QUIT\n", "221 bye\n", true)];
  const shared = pool(greeting);
  for (let connection = 0; connection < 2; connection++) {
    expect([...generic.replay(tcp, shared).start()].map(show)).toEqual(["220 ready\n"]);
  }
  const { start, say } = replaying(greeting);
  expect([start(), say("QUIT\n")]).toEqual([["220 ready\n"], ["221 bye\n", "close"]]);
  expect(replaying([exchange("a", "b")]).start()).toEqual([]);
});

test("datagrams are answered one by one, and a miss is silence", () => {
  const { say } = replaying([exchange("a", "1"), exchange("ab", "2")], udp);
  expect([say("a"), say("ab"), say("zz")]).toEqual([["1"], ["2"], ['miss "zz" request[0]: "\\"a\\"" -> "\\"zz\\""']]);
});

test("a request of 50 MB costs what its bytes cost, known or not", () => {
  const big = new Uint8Array(50_000_000).fill(97);
  const recorded = { request: [big], response: [bytes("done")], closes: false, isPush: false };
  for (const last of [97, 98]) {
    const asked = big.slice();
    asked[25_000_000] = last;
    const session = generic.replay(tcp, pool([{ ...exchange("", ""), spec: recorded, reuse: "once" }]));
    const steps: string[] = [];
    const startedAt = performance.now();
    for (let at = 0; at < asked.length; at += 16_384) {
      const piece = asked.subarray(at, at + 16_384);
      for (const step of session.data({ from: "client", bytes: piece, at: 0 })) steps.push(show(step));
    }
    for (const step of session.wake(1000)) steps.push(show(step).slice(0, 12));
    expect(steps).toEqual(last === 97 ? ["wake 2000", "done"] : ["wake 2000", "wake 50", 'miss "aaaaaa', "close"]);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  }
});

test("a thousand requests in one piece are answered in order", () => {
  const exchanges = Array.from({ length: 1000 }, (_, at) => exchange(`get ${at}\n`, `${at};`));
  const { say } = replaying(exchanges);
  expect(say(exchanges.map((_, at) => `get ${at}\n`).join("")).join("")).toBe(
    exchanges.map((_, at) => `${at};`).join(""),
  );
});

test("what came by itself comes after its request's answer, each once; whoever waits is woken by changes", () => {
  const push = (text: string) => ({
    spec: { request: [bytes("sub\n")], response: text === "" ? [] : [bytes(text)], closes: false, isPush: true },
    startedAt: 0,
    endedAt: 0,
    reuse: text === "" ? ("repeat" as const) : ("once" as const),
  });
  const all = [exchange("sub\n", "ok;"), push(""), push("one;"), push("two;"), exchange("get\n", "1;")];
  expect(replaying(all).say("sub\n", 10)).toEqual(["ok;", "one;", "two;"]);
  let isSilent = true;
  const exact = pool(all);
  const take = (ask: Ask<GenericSpec>): Take<GenericSpec> =>
    ask.isAwaited === true && isSilent ? { found: true, spec: push("").spec, mock: "silence", certainty: "exact" } : exact.take(ask); // prettier-ignore
  const session = generic.replay(tcp, { take, recall: exact.recall });
  const say = (text: string, at: number) => [...session.data({ from: "client", bytes: bytes(text), at })].map(show);
  expect(say("sub\n", 10)).toEqual(["ok;", "wake 1000 or on change"]);
  expect([...session.wake(500)].map(show)).toEqual([]);
  expect(say("get\n", 600)).toEqual(["1;"]);
  isSilent = false;
  expect([...session.wake(700)].map(show)).toEqual(["one;", "two;"]);
});

test("HTTP/2 is named as in recording, but for what an elder recording holds of it", () => {
  const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  expect(replaying([]).say(preface)).toEqual(["unread"]);
  expect(replaying([exchange(preface, "settings")]).say(preface)).toEqual(["settings"]);
});
