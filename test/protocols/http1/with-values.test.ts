import { expect, test } from "bun:test";
import type { HttpSpec } from "../../../src/protocols/http1/spec.ts";
import { withValues } from "../../../src/protocols/http1/with-values.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const spec = (headers: [string, string][], body: string): HttpSpec => ({
  request: {
    minor: 1,
    method: "POST",
    target: "/orders/R?x=R",
    origin: "http://app",
    headers,
    headWire: bytes("as sent"),
    body: bytes(body),
    chunks: null,
    trailers: [],
    bodyUnsent: false,
  },
  response: { minor: 1, status: 200, reason: "", interim: [], headers: [], headWire: null, body: bytes("R"), chunks: null, trailers: [], cut: false, skippedSize: null }, // prettier-ignore
});

const grown = (text: string): string => text.replaceAll("R", "long");

test("target, fields and body are rewritten, and the length with them; the answer is not", () => {
  const given = spec([["Host", "R"], ["Cookie", "s=R"], ["content-length", "8"]], '{"a":"R"}'); // prettier-ignore
  const { request, response } = withValues(given, grown);
  expect([request.target, request.headers, request.headWire, new TextDecoder().decode(request.body)]).toEqual([
    "/orders/long?x=long",
    [["Host", "R"], ["Cookie", "s=long"], ["content-length", "12"]], // prettier-ignore
    null,
    '{"a":"long"}',
  ]);
  expect(response).toBe(given.response);
});

test("what holds nothing of it, and what is coded, stays as it was sent", () => {
  const given = spec([["Cookie", "s=R"]], "body R"); // prettier-ignore
  expect(withValues(given, (text) => text)).toBe(given);
  const coded = spec([["Content-Encoding", "gzip"]], "R");
  expect(withValues(coded, grown).request.body).toBe(coded.request.body);
});
