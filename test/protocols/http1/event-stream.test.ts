import { expect, test } from "bun:test";
import { parseEvents, printEvent, printJsonLine } from "../../../src/protocols/http1/event-stream.ts";

test("events are read with any line end, and printed one way", () => {
  const stream = "\ufeffid: 1\r\nevent:tick\r\ndata: a\r\ndata:  b\r\n\r\n\r\n: ping\n\nretry: 5\rdata\r\rdata: cut";
  const events = parseEvents(stream);
  expect(events.map((event) => Object.fromEntries(event))).toEqual([
    { id: "1", event: "tick", data: "a\n b" },
    { "": "ping" },
    { retry: "5", data: "" },
    { data: "cut" },
  ]);
  expect(printEvent(events[0] ?? new Map())).toBe("id: 1\nevent: tick\ndata: a\ndata:  b\n\n");
  expect(printEvent(events[1] ?? new Map())).toBe(": ping\n\n");
});

test("lines of JSON end with one newline", () => {
  expect([printJsonLine('{"a": 1}'), printJsonLine("text\n\n")]).toEqual(['{"a":1}\n', "text\n"]);
});
