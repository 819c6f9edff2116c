import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { RecordSession } from "../../../src/protocols/http1/record-session.ts";
import { feed, peer, recorded, text } from "./example.ts";

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

test("an upgrade and a tunnel are named, and nothing after them is read", () => {
  const steps = feed(new RecordSession(peer), [
    ["client", "GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
    ["server", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\u0081"],
    ["client", "\u0081garbage\r\n\r\n"],
  ]);
  expect(steps.map((step) => (step.do === "unread" ? step.reason : step.do))).toEqual([
    "emit",
    "the connection was upgraded to websocket",
  ]);
  const refused = recorded([
    ["client", "CONNECT a:1 HTTP/1.1\r\n\r\n"],
    ["server", ok("no").replace("200 OK", "407 Proxy")],
    ["client", get("/")],
    ["server", ok("yes")],
  ]);
  expect(refused.map(({ spec }) => text(spec.response.body))).toEqual(["no", "yes"]);
});

test("a half is named and never emitted: closed in the middle, or lost in the middle", () => {
  const cut = new RecordSession(peer);
  expect(
    feed(cut, [
      ["client", get("/")],
      ["server", ok("whole").slice(0, -1)],
    ]),
  ).toEqual([]);
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
  ).toEqual([]);
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
