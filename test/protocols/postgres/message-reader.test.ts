import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { backTypes } from "../../../src/protocols/postgres/backend.ts";
import { MessageReader } from "../../../src/protocols/postgres/message-reader.ts";
import { ready, row, tag, told } from "../../support/postgres-talk.ts";

const reader = () => new MessageReader({ types: backTypes, streamed: new Set([0x44]), untyped: false });

/** Messages by type, runs joined; cut at every `cut` bytes. */
const read = (bytes: Uint8Array, cut: number): string[] => {
  const messages = reader();
  const seen: { type: number; bytes: Uint8Array; isRun: boolean; begun: number }[] = [];
  for (let at = 0; at < bytes.length; at += cut) {
    messages.push(bytes.slice(at, at + cut));
    for (let frame = messages.next(); frame !== undefined; frame = messages.next()) {
      const last = seen.at(-1);
      if (frame.run === null) seen.push({ type: frame.type, bytes: frame.body, isRun: false, begun: 1 });
      else if (last?.isRun === true) {
        last.bytes = Buffer.concat([last.bytes, frame.run.bytes]);
        last.begun += frame.run.begun;
      } else seen.push({ type: frame.type, bytes: frame.run.bytes, isRun: true, begun: frame.run.begun });
    }
  }
  expect(messages.isIdle).toBe(true);
  return seen.map(
    (each) => `${String.fromCharCode(each.type)} ${each.begun} ${Buffer.from(each.bytes).toString("hex")}`,
  );
};

test("however it is cut, the messages and the runs of rows are the same", () => {
  const rows = [row("a", null), row("x".repeat(300)), row()];
  const stream = Buffer.concat([told("1"), ...rows, tag("SELECT 3"), ready()]);
  const whole = read(stream, stream.length);
  expect(whole).toEqual([
    "1 1 ",
    `D 3 ${Buffer.concat(rows).toString("hex")}`,
    `C 1 ${Buffer.from("SELECT 3\0").toString("hex")}`,
    "Z 1 49",
  ]);
  for (const cut of [1, 2, 3, 4, 5, 6, 7, 100]) expect(read(stream, cut)).toEqual(whole);
});

test("a type that begins no message and a length that cannot be are refused", () => {
  for (const bytes of ["!\0\0\0\x05I", "Z\xff\0\0\x05I", "Z\0\0\0\x03"]) {
    const messages = reader();
    messages.push(Buffer.from(bytes, "latin1"));
    expect(() => messages.next()).toThrow(FormatError);
  }
});

test("what is held can be looked at and taken back as it came", () => {
  const messages = new MessageReader({ types: new Set([0x53]), streamed: new Set(), untyped: false });
  messages.push(new Uint8Array([0x53, 0, 0, 0, 4, 0x53, 0, 0]));
  expect(messages.next()?.type).toBe(0x53);
  expect(messages.peek()).toBe(0x53);
  expect(messages.rest()).toEqual(new Uint8Array([0x53, 0, 0]));
  expect([messages.peek(), messages.rest().length, messages.isIdle]).toEqual([undefined, 0, true]);
  messages.push(new Uint8Array([0x53, 0, 0, 0, 9, 1]));
  expect(messages.next()).toBeUndefined();
  messages.push(new Uint8Array([2]));
  expect(messages.rest()).toEqual(new Uint8Array([0x53, 0, 0, 0, 9, 1, 2]));
});
