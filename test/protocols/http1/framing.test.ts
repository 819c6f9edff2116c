import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import {
  isBodiless,
  isTunnel,
  keepsAlive,
  requestFraming,
  responseFraming,
} from "../../../src/protocols/http1/framing.ts";
import type { Header } from "../../../src/protocols/http1/spec.ts";

const length = (value: string): Header => ["Content-Length", value];
const coding = (value: string): Header => ["transfer-encoding", value];

test("the body of a request follows from its head", () => {
  expect(requestFraming([])).toEqual({ kind: "none" });
  expect(requestFraming([length("0")])).toEqual({ kind: "length", length: 0 });
  expect(requestFraming([length("5"), length("5")])).toEqual({ kind: "length", length: 5 });
  expect(requestFraming([length("5"), coding("Chunked")])).toEqual({ kind: "chunked" });
  expect(requestFraming([coding("gzip, chunked")])).toEqual({ kind: "chunked" });
  for (const wrong of [
    [length("x")],
    [length("-1")],
    [length("5"), length("6")],
    [length("9".repeat(16))],
    [coding("gzip")],
  ]) {
    expect(() => requestFraming(wrong)).toThrow(FormatError);
  }
});

test("the body of a response follows from its head and its request", () => {
  expect(responseFraming([], "GET", 200)).toEqual({ kind: "close" });
  expect(responseFraming([coding("gzip")], "GET", 200)).toEqual({ kind: "close" });
  expect(responseFraming([length("5"), coding("chunked")], "GET", 200)).toEqual({ kind: "chunked" });
  expect(responseFraming([length("5")], "GET", 200)).toEqual({ kind: "length", length: 5 });
  const bodiless = [
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 304],
    ["GET", 101],
    ["CONNECT", 200],
  ] as const;
  for (const [method, status] of bodiless) {
    expect(responseFraming([length("5")], method, status)).toEqual({ kind: "none" });
    expect(isBodiless(method, status)).toBe(true);
  }
  expect(responseFraming([length("5")], "CONNECT", 403)).toEqual({ kind: "length", length: 5 });
});

test("upgrades and tunnels end the conversation", () => {
  expect([isTunnel("GET", 101), isTunnel("CONNECT", 200), isTunnel("CONNECT", 407), isTunnel("GET", 200)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("connections stay open as the version says, unless the head says otherwise", () => {
  expect([
    keepsAlive(1, []),
    keepsAlive(0, []),
    keepsAlive(1, [["connection", "Close"]]),
    keepsAlive(0, [["Connection", "Keep-Alive"]]),
  ]).toEqual([true, false, false, true]);
});
