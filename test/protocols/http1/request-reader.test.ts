import { expect, test } from "bun:test";
import { MessageReader } from "../../../src/protocols/http1/message-reader.ts";
import {
  asksToSwitch,
  expectsContinue,
  readRequestHead,
  type RequestHead,
  withBody,
} from "../../../src/protocols/http1/request-reader.ts";
import { bytes, peer } from "./example.ts";

const read = (text: string, to = peer): RequestHead => {
  const reader = new MessageReader();
  reader.push(bytes(text), 5);
  const head = readRequestHead(reader, to);
  if (!head) throw new Error("no whole head");
  return head;
};

test("a request knows where it went", () => {
  expect(read("GET /a HTTP/1.1\r\nHost: h:1\r\n\r\n").request).toMatchObject({
    method: "GET",
    target: "/a",
    origin: "http://h:1",
    minor: 1,
  });
  expect(read("GET /a HTTP/1.0\r\n\r\n").request.origin).toBe("http://api.example:80");
  expect(read("GET /a HTTP/1.0\r\n\r\n", { ...peer, host: "::1", port: 443, isTls: true }).request.origin).toBe(
    "https://[::1]:443",
  );
  expect(read("GET https://x/a HTTP/1.1\r\nHost: h\r\n\r\n").request.origin).toBe("https://x");
});

test("a client that waits, and one that may stop speaking HTTP, are known by their heads", () => {
  const waits = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: ";
  expect(
    [`${waits}1\r\n\r\n`, `${waits}0\r\n\r\n`, `${waits.replace("1.1", "1.0")}1\r\n\r\n`].map((text) =>
      expectsContinue(read(text)),
    ),
  ).toEqual([true, false, false]);
  const heads = [
    "CONNECT h:1 HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nConnection: x, Upgrade\r\n\r\n",
    "GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n",
  ];
  expect(heads.map((text) => asksToSwitch(read(text).request))).toEqual([true, true, false]);
});

test("a body is put to its head", () => {
  const { request } = read("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n");
  expect(withBody(request, { body: bytes("x"), chunks: null, trailers: [] })).toEqual({ ...request, body: bytes("x") });
});
