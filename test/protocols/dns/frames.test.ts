/** Messages out of a stream, however it is cut. */
import { expect, test } from "bun:test";
import { framed, FrameReader } from "../../../src/protocols/dns/frames.ts";
import { prefixed } from "../../support/dns-wire.ts";
import { cutBytes } from "../../support/run-session.ts";

const messages = [Buffer.from("one"), Buffer.alloc(700, "x"), new Uint8Array(0), Buffer.from("four")].map((each) =>
  Uint8Array.from(each),
);
const stream = new Uint8Array(Buffer.concat(messages.map(prefixed)));

test("the same messages come out at every cut", () => {
  for (const size of [1, 2, 3, 5, 7, 100, stream.length]) {
    const reader = new FrameReader("tcp");
    const got = cutBytes(stream, size).flatMap((bytes, at) => [...reader.take({ from: "client", bytes, at })]);
    expect(got.map((frame) => Buffer.from(frame.bytes).toString())).toEqual(
      messages.map((each) => Buffer.from(each).toString()),
    );
  }
});

test("a message bears the times of its first and last byte", () => {
  const reader = new FrameReader("tcp");
  const got = [3, 4, 5].flatMap((end, at) => [
    ...reader.take({ from: "client", bytes: stream.subarray(at === 0 ? 0 : end - 1, end), at }),
  ]);
  expect(got.map(({ startedAt, endedAt }) => [startedAt, endedAt])).toEqual([[0, 2]]);
});

test("a datagram is a message; going out, only TCP has the length", () => {
  const reader = new FrameReader("udp");
  expect([...reader.take({ from: "client", bytes: stream, at: 1 })]).toEqual([
    { bytes: stream, startedAt: 1, endedAt: 1 },
  ]);
  expect(framed(Uint8Array.of(7), "udp")).toEqual(Uint8Array.of(7));
  expect(framed(new Uint8Array(300), "tcp").subarray(0, 3)).toEqual(Uint8Array.of(1, 44, 0));
});
