import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { RecordSession } from "../../../src/protocols/http1/record-session.ts";
import { bytes, feed, peer, recorded, text } from "./example.ts";

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
const ok = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test("pipelined requests are paired in order, with their times", () => {
  const exchanges = recorded([
    ["client", get("/1") + get("/2") + get("/3").slice(0, 9)],
    ["client", get("/3").slice(9)],
    ["server", ok("1") + ok("2").slice(0, 5)],
    ["server", ok("2").slice(5) + ok("3")],
  ]);
  expect(
    exchanges.map(({ spec, startedAt, endedAt }) => [
      spec.request.target,
      text(spec.response.body),
      startedAt,
      endedAt,
    ]),
  ).toEqual([
    ["/1", "1", 1000, 1002],
    ["/2", "2", 1000, 1003],
    ["/3", "3", 1000, 1003],
  ]);
});

test("an answer before the request is complete waits for it", () => {
  const post = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n";
  expect(
    recorded([
      ["client", `${post}he`],
      ["server", ok("early")],
    ]),
  ).toEqual([]);
  const [exchange] = recorded([
    ["client", `${post}he`],
    ["server", ok("early")],
    ["client", `llo${get("/2")}`],
  ]);
  expect([text(exchange?.spec.request.body ?? new Uint8Array()), exchange?.endedAt]).toEqual(["hello", 1001]);
});

test("an upgrade is named, and nothing after it is read", () => {
  const steps = feed(new RecordSession(peer), [
    ["client", "GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
    ["server", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\u0081"],
    ["client", "\u0081garbage\r\n\r\n"],
  ]);
  expect(steps.map((step) => (step.do === "unread" ? step.reason : step.do))).toEqual([
    "clear",
    "emit",
    "the connection was upgraded to websocket",
  ]);
});

const connect = (target: string, more = ""): string => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${more}\r\n`;
const established = "HTTP/1.1 200 Connection established\r\n\r\n";
const demand = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno";

test("a tunnel is handed on with what came behind its answer; neither it nor the demand before it is an exchange", () => {
  const steps = feed(new RecordSession(peer), [
    ["client", connect("[2001:db8::1]:443")],
    ["server", demand],
    ["client", connect("[2001:db8::1]:443", "Proxy-Authorization: Basic eDp5\r\n")],
    ["server", `${established}220 banner`],
    ["client", "another's"],
  ]);
  expect(steps).toEqual([{ do: "tunnel", host: "2001:db8::1", port: 443, early: bytes("220 banner") }]);
});

test("a proxy's refusal is an exchange, and what it fetches itself never says that the way is clear", () => {
  const steps = feed(new RecordSession(peer), [
    ["client", connect("a:1")],
    ["server", ok("no").replace("200 OK", "502 Bad Gateway")],
    ["client", "GET http://api.example/a HTTP/1.1\r\nHost: api.example\r\n\r\n"],
    ["server", ok("yes")],
  ]);
  expect(steps.map((step) => (step.do === "emit" ? step.exchange.spec.request.origin : step.do))).toEqual([
    "http://a:1",
    "http://api.example",
  ]);
  expect(feed(new RecordSession(peer), [["client", get("/")]])).toEqual([{ do: "clear" }]);
  const toTls = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: TLS/1.0\r\nConnection: Upgrade\r\n\r\n";
  expect(feed(new RecordSession(peer), [["client", toTls]])).toEqual([]);
});

test("a tunnel to nowhere, or used before it stood, is named", () => {
  const reasons = [connect("nowhere"), `${connect("a:1")}early`].map((asked) =>
    feed(new RecordSession(peer), [
      ["client", asked],
      ["server", established],
    ]),
  );
  expect(reasons.flat()).toEqual([
    { do: "unread", reason: "the connection became a tunnel to nowhere (CONNECT)" },
    { do: "unread", reason: "the client spoke before its tunnel to a:1 stood" },
  ]);
});

test("a half is named and never emitted: closed in the middle, or lost in the middle", () => {
  const cut = new RecordSession(peer);
  expect(
    feed(cut, [
      ["client", get("/")],
      ["server", ok("whole").slice(0, -1)],
    ]),
  ).toEqual([{ do: "clear" }]);
  expect([...cut.end("server"), ...cut.end("client")]).toEqual([
    { do: "unread", reason: "the answer to GET / broke off" },
  ]);
  const lost = new RecordSession(peer);
  feed(lost, [
    ["client", get("/1")],
    ["server", ok("1") + ok("unasked").slice(0, 9)],
  ]);
  lost.gap();
  const after = feed(lost, [
    ["server", "tail"],
    ["client", get("/2")],
    ["server", ok("2")],
  ]);
  expect(after.map((step) => (step.do === "emit" ? step.exchange.spec.request.target : step.do))).toEqual(["/2"]);
});

test("a client that was refused before it sent its body sent none", () => {
  const session = new RecordSession(peer);
  const expecting = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
  expect(
    feed(session, [
      ["client", expecting],
      ["server", "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"],
    ]),
  ).toEqual([{ do: "clear" }]);
  const [step] = [...session.end("client")];
  expect(step?.do === "emit" && step.exchange.spec.request.bodyUnsent).toBe(true);
});

test("an event stream that its client leaves is kept up to its last event", () => {
  const session = new RecordSession(peer);
  feed(session, [
    ["client", get("/")],
    ["server", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\ndata:"],
  ]);
  const [step] = [...session.end("client")];
  expect(step?.do === "emit" && [text(step.exchange.spec.response.body), step.exchange.spec.response.cut]).toEqual([
    "data: 1\n\n",
    true,
  ]);
});

test("bytes that are no HTTP, and floods nobody asked for, are refused", () => {
  expect(() => feed(new RecordSession(peer), [["client", "EHLO a\r\n\r\n"]])).toThrow(FormatError);
  expect(() => feed(new RecordSession(peer), [["server", new Uint8Array(2_000_000)]])).toThrow(FormatError);
});
