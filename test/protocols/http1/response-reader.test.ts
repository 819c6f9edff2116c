import { expect, test } from "bun:test";
import { MessageReader } from "../../../src/protocols/http1/message-reader.ts";
import { ResponseReader } from "../../../src/protocols/http1/response-reader.ts";
import { bytes, text } from "./example.ts";

const reading = (content: string): ResponseReader => {
  const reader = new MessageReader();
  reader.push(bytes(content), 1);
  return new ResponseReader(reader);
};

test("interim responses go with the one that follows", () => {
  const reader = reading(
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
  );
  const response = reader.read("GET");
  expect(response?.interim.map(({ status }) => status)).toEqual([100, 103]);
  expect(text(response?.body ?? bytes(""))).toBe("ok");
  expect(reader.head).toBeNull();
});

test("101 is a response, and has no body", () => {
  expect(reading("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nraw").read("GET")).toMatchObject({
    status: 101,
    interim: [],
  });
});

test("only the server's close ends a body without a length", () => {
  const open = reading("HTTP/1.1 200 OK\r\n\r\nso far");
  expect(open.read("GET")).toBeUndefined();
  expect(open.head?.status).toBe(200);
  expect(open.cutEvents()).toBeUndefined();
  expect(text(open.close()?.body ?? bytes(""))).toBe("so far");
  const short = reading("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nso far");
  expect([short.read("GET"), short.close()]).toEqual([undefined, undefined]);
});

test("an event stream that its client left ends with its last whole event", () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  const stream = reading(`${head}9\r\ndata: 1\n\n\r\n20\r\ndata: 2\n\ndata: half`);
  expect(stream.read("GET")).toBeUndefined();
  expect(stream.interim).toEqual([]);
  expect(stream.cutEvents()).toMatchObject({ body: bytes("data: 1\n\ndata: 2\n\n"), chunks: "12", cut: true });
  const none = reading(`${head}5\r\ndata:`);
  none.read("GET");
  expect(none.cutEvents()).toBeUndefined();
});
