import { expect, test } from "bun:test";
import { listenEvents, programBegins } from "../../src/capture/listeners.ts";

/** `bpf/types/listener_event.h` behind 8 bytes of ring head, with offsets of our own. */
const event = (cookie: bigint, port: number, change: number, family: number, address: readonly number[]) => {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 40, true);
  view.setBigUint64(8, cookie, true);
  view.setBigUint64(16, 3_000_000n, true);
  bytes.set(address, 24);
  view.setUint16(40, port, true);
  view.setUint8(42, change);
  view.setUint8(43, family);
  return bytes;
};

test("events of both kinds and families", () => {
  const bytes = Buffer.concat([
    event(7n, 80, 0, 2, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1]),
    event(
      7n,
      80,
      1,
      10,
      Array.from({ length: 16 }, () => 0),
    ),
  ]);
  expect([...listenEvents(bytes, 1000)]).toEqual([
    { kind: "listen", port: 80, address: "127.0.0.1", family: 4, at: 1003, cookie: 7n },
    { kind: "gone", port: 80, address: "::", family: 6, at: 1003, cookie: 7n },
  ]);
});

test("a program's beginning lies among them, told by its length", () => {
  const begin = new Uint8Array(24);
  const view = new DataView(begin.buffer);
  view.setUint32(0, 16, true);
  view.setUint32(16, 4711, true);
  const bytes = Buffer.concat([begin, event(7n, 80, 0, 2, [])]);
  expect([...programBegins(bytes)]).toEqual([4711]);
  expect([...listenEvents(bytes, 0)].map(({ port }) => port)).toEqual([80]);
});
