import { expect, test } from "bun:test";
import type { Exchange } from "../../../src/core/exchange.ts";
import { createPools } from "../../../src/core/memory-pool.ts";
import { digestKey, type MockEntry } from "../../../src/core/mock-entry.ts";
import type { Session } from "../../../src/core/protocol.ts";
import { http1, type HttpSpec } from "../../../src/protocols/http1/index.ts";
import { ReplaySession } from "../../../src/protocols/http1/replay-session.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { bytes, exchange, feed, peer, sent, written } from "./example.ts";

const kept = (spec: HttpSpec): Exchange<HttpSpec> => ({ spec, startedAt: 0, endedAt: 0, reuse: "once" });
const replaying = (...specs: HttpSpec[]): Session<HttpSpec> =>
  new ReplaySession(peer, exactPool(http1, specs.map(kept)));
const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n${more}\r\n`;
const ok = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test("pipelined requests are answered in order, a miss between them with 502 and the connection kept", () => {
  const session = replaying(exchange(get("/a"), ok("one")), exchange(get("/b"), ok("two")));
  const steps = feed(session, [["client", get("/b") + get("/c") + get("/a")]]);
  const answers = sent(steps);
  expect(answers).toStartWith(`[miss]${ok("two")}HTTP/1.1 502 Bad Gateway\r\n`);
  expect(answers).toEndWith(ok("one"));
  expect(answers).not.toContain("close");
  expect(steps.find((step) => step.do === "miss")?.miss).toEqual({
    protocol: "http1",
    asked: "GET h/c",
    nearest: null,
  });
});

test("of requests that differ in their heads alone each gets its own answer, whatever comes first", () => {
  const ranges = ["0-1", "2-3", "4-5"].map(
    (range) => `Range: bytes=${range}\r\nX-Request-Id: ${Bun.randomUUIDv7()}\r\n`,
  );
  const recorded = ranges.map((range, index) => exchange(get("/a", range), ok(`part ${index}`)));
  const entries = recorded.map((spec, order): MockEntry => {
    const held = { name: `m${order}`, order, protocol: "http1", key: digestKey(http1.key(spec)), destination: null };
    return { ...held, reuse: "once", startedAt: 0, endedAt: 0, load: () => spec };
  });
  const pool = createPools(entries, { mappings: [], counts: (_mock, differences) => differences });
  const session = new ReplaySession(peer, pool.poolFor<HttpSpec>("http1", peer));
  const asked = [2, 0, 1].map((index) => get("/a", ranges[index]?.replace(/Id: .*/, "Id: another") ?? ""));
  expect(sent(feed(session, [["client", asked.join("")]]))).toBe(ok("part 2") + ok("part 0") + ok("part 1"));
});

test("a miss names the nearest mock; for HEAD it has no body", () => {
  const session = replaying(exchange("GET /a?page=1 HTTP/1.1\r\nHost: h\r\n\r\n", ok("x")));
  const miss = feed(session, [["client", get("/a?page=2")]]).find((step) => step.do === "miss")?.miss;
  expect(miss?.nearest).toEqual({ mock: "mock-0", differs: ['query.page: "1" -> "2"'] });
  expect(sent(feed(session, [["client", get("/a").replace("GET", "HEAD")]]))).toEndWith("X-Reprise: miss\r\n\r\n");
});

test("leave to send a body is given once, and the recorded one is not given again", () => {
  const request = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  const go = "HTTP/1.1 100 Continue\r\n\r\n";
  const spec = exchange(`${request}hi`, go + ok("done"));
  const session = replaying(spec, spec);
  expect(sent(feed(session, [["client", request]]))).toBe(go);
  expect(
    sent(
      feed(session, [
        ["client", "h"],
        ["client", "i"],
      ]),
    ),
  ).toBe(ok("done"));
  expect(sent(feed(session, [["client", `${request}hi`]]))).toBe(go + ok("done"));
});

test("a recorded refusal comes instead of leave", () => {
  const request = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  const refusal = { status_code: 417, status_message: "No", header: { "Content-Length": "0" } };
  const spec = written(
    {
      method: "POST",
      url: "http://h/",
      header: { Host: "h", Expect: "100-continue", "Content-Length": "2" },
      body_unsent: true,
    },
    refusal,
  );
  expect(sent(feed(replaying(spec), [["client", request]]))).toBe(
    "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n[close]",
  );
});

test("the connection closes where it closed, or where the client wants it", () => {
  const closes = exchange(get("/"), "HTTP/1.1 200 OK\r\n\r\nuntil the end");
  expect(sent(feed(replaying(closes), [["client", get("/")]]))).toBe("HTTP/1.1 200 OK\r\n\r\nuntil the end[close]");
  const keeps = exchange(get("/"), ok("x"));
  expect(sent(feed(replaying(keeps), [["client", get("/", "Connection: close\r\n")]]))).toBe(`${ok("x")}[close]`);
  expect(sent(feed(replaying(keeps), [["client", get("/").replace("1.1", "1.0")]]))).toBe(`${ok("x")}[close]`);
  const session = replaying(keeps);
  expect(sent(feed(session, [["client", get("/")]]))).toBe(ok("x"));
  expect(sent([...session.end("client")])).toBe("[close]");
});

test("a stream that was cut stays open; a body that a file leaves out is a miss; no request is a 400", () => {
  const stream = written(
    { url: "http://h/" },
    { header: { "Content-Type": "text/event-stream" }, body: "data: 1\n\n", cut: true },
  );
  expect(sent(feed(replaying(stream), [["client", get("/")]]))).toEndWith("data: 1\n\n");
  const skipped = written({ url: "http://h/" }, { body_skipped: true, body_size: 5 });
  expect(sent(feed(replaying(skipped), [["client", get("/")]]))).toStartWith("[miss]HTTP/1.1 502");
  expect(sent(feed(replaying(), [["client", "nonsense\r\n\r\n"]]))).toMatch(/^HTTP\/1\.1 400 [^]*\[close\]$/);
});

test("a tunnel is open at once, unless the recording holds a refusal", () => {
  const connect = (target: string): string => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;
  const refusal = exchange(connect("b:1"), "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
  const session = replaying(refusal);
  expect(sent(feed(session, [["client", connect("b:1")]]))).toStartWith("HTTP/1.1 502 Bad Gateway\r\n");
  const [answer, tunnel] = feed(session, [["client", `${connect("a.example:443")}hello`]]);
  expect(answer && sent([answer])).toBe("HTTP/1.1 200 Connection Established\r\n\r\n");
  expect(tunnel).toEqual({ do: "tunnel", host: "a.example", port: 443, early: bytes("hello") });
  expect(feed(session, [["client", "more"]])).toEqual([]);
  expect(sent(feed(replaying(), [["client", connect("nowhere")]]))).toStartWith("HTTP/1.1 400 ");
});
