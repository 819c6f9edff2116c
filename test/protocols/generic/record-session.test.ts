import { expect, test } from "bun:test";
import type { Peer, Side, Step } from "../../../src/core/protocol.ts";
import { RecordSession } from "../../../src/protocols/generic/record-session.ts";
import type { GenericSpec } from "../../../src/protocols/generic/spec.ts";
import { peerOf } from "../../support/run-session.ts";

const tcp = peerOf({ port: 7, transport: "tcp" });
const udp = peerOf({ port: 7, transport: "udp" });

/** `c:` and `s:` speak, `c.` and `s.` end, `c?` and `s?` lose bytes; each at the next millisecond, `…` a second later. */
const record = (peer: Peer, script: readonly string[]) => {
  const session = new RecordSession(peer);
  const steps: Step<GenericSpec>[] = [...session.start()];
  let at = -1;
  for (const event of script) {
    at += event === "…" ? 1_000 : 1;
    const from: Side = event.startsWith("c") ? "client" : "server";
    if (event[1] === ":") steps.push(...session.data({ from, bytes: new TextEncoder().encode(event.slice(2)), at }));
    if (event[1] === ".") steps.push(...session.end(from));
    if (event[1] === "?") session.gap(from);
  }
  return steps.map((step) => {
    if (step.do === "unread") return step.reason;
    if (step.do !== "emit") throw new Error(`unexpected ${step.do}`);
    const { spec, startedAt, endedAt, reuse } = step.exchange;
    const text = (runs: readonly Uint8Array[]) => runs.map((run) => new TextDecoder().decode(run)).join("|");
    return `${text(spec.request)} > ${text(spec.response)}${spec.closes ? " closes" : ""}${spec.isPush ? " push" : ""} ${startedAt}-${endedAt} ${reuse}`;
  });
};

test("turns are exchanges, however they are cut", () => {
  expect(record(tcp, ["c:a", "c:b", "s:1", "s:2", "c:c", "s:3", "c.", "s."])).toEqual([
    "ab > 12 0-3 once",
    "c > 3 4-5 once",
  ]);
});

test("HTTP/2 is named, and nothing of it is kept", () => {
  const reason = "it speaks HTTP/2, as gRPC does, which cannot be read";
  const preface = "c:PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  expect(record(tcp, [preface, "s:1", "c:a", "s:2", "c.", "s."])).toEqual([reason]);
  expect(record(tcp, ["s:settings", preface, "s:1", "c.", "s."])).toEqual([reason]);
  expect(record(tcp, ["c:a", "s:1", preface, "c.", "s."])).toHaveLength(2);
});

test("a server that speaks first greets, and greets every connection alike", () => {
  expect(record(tcp, ["s:hello", "c:a", "s:1", "c.", "s."])).toEqual([" > hello 0-0 repeat", "a > 1 1-2 once"]);
});

test("a server that ends first is remembered, since clients read until then", () => {
  expect(record(tcp, ["s:now", "s.", "c."])).toEqual([" > now closes 0-0 repeat"]);
  expect(record(tcp, ["c:QUIT", "s.", "c."])).toEqual(["QUIT >  closes 0-0 once"]);
});

test("a client that has said all is still answered", () => {
  expect(record(tcp, ["c:a", "c.", "s:1", "s:2", "s."])).toEqual(["a > 12 0-3 once"]);
});

test("words after the server's end are kept too", () => {
  expect(record(tcp, ["c:a", "s:1", "s.", "c:b", "c."])).toEqual(["a > 1 closes 0-1 once", "b >  3-3 once"]);
});

test("each datagram that is asked is an exchange, and borders of datagrams stay", () => {
  expect(record(udp, ["c:a", "s:1", "s:2", "c:b", "c:c", "s:3", "c.", "s."])).toEqual([
    "a > 1|2 0-2 once",
    "b >  3-3 once",
    "c > 3 4-5 once",
  ]);
});

test("lost bytes drop the exchange, and the next whole one is recorded", () => {
  expect(record(tcp, ["c:a", "c?", "c:b", "s:1", "c:c", "s:2", "c.", "s."])).toEqual(["c > 2 4-5 once"]);
  expect(record(tcp, ["c:a", "s:1", "s?", "s:2", "c:c", "s:2", "c.", "s."])).toEqual(["c > 2 4-5 once"]);
  expect(record(tcp, ["s?", "s:llo", "c:c", "s:2", "c.", "s."])).toEqual(["c > 2 2-3 once"]);
  expect(record(tcp, ["c:a", "c?", "c.", "s:1", "s."])).toEqual([]);
});

test("what a server says by itself after a while is kept apart, with the silence before it", () => {
  expect(record(tcp, ["c:sub", "s:ok", "s:1", "…", "s:2", "s:3", "…", "s:4", "c:get", "s:5", "s.", "c."])).toEqual([
    "sub > ok1 0-2 once",
    "sub >  push 2-2 repeat",
    "sub > 23 push 1003-1004 once",
    "sub > 4 push 2005-2005 once",
    "get > 5 closes 2006-2007 once",
  ]);
  expect(record(udp, ["c:a", "s:1", "…", "s:2", "c.", "s."])).toEqual(["a > 1|2 0-1002 once"]);
});

test("what a client says first to a server that has greeted it, every connection of a pool says", () => {
  expect(record(tcp, ["s:nonce", "c:proof", "s:ok", "c:get", "s:1", "c.", "s."])).toEqual([
    " > nonce 0-0 repeat",
    "proof > ok 1-2 repeat",
    "get > 1 3-4 once",
  ]);
});
