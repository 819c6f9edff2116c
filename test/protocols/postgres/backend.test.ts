import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { type BackMessage, decodeBack, encodeBack } from "../../../src/protocols/postgres/backend.ts";
import { columns, failure, ready, tag, told } from "../../support/postgres-talk.ts";

const column = { name: "id", table: 0, attribute: 0, type: 23, size: -1, modifier: -1, format: 0 };

const messages: readonly (readonly [Buffer, BackMessage])[] = [
  [told("R", { int32: 10 }, "SCRAM-SHA-256", 0), { message: "authentication", method: 10, data: Buffer.from("SCRAM-SHA-256\0\0") }], // prettier-ignore
  [told("K", { int32: 7 }, { int32: 8 }), { message: "key", process: 7, secret: Buffer.from([0, 0, 0, 8]) }],
  [told("1"), { message: "parsed" }],
  [told("s"), { message: "suspended" }],
  [tag("SELECT 1"), { message: "tag", tag: "SELECT 1" }],
  [told("G", 0, { int16: 2 }, { int16: 0 }, { int16: 1 }), { message: "copyIn", format: 0, formats: [0, 1] }],
  [failure("42P01", "nothing"), { message: "error", fields: [["S", "ERROR"], ["V", "ERROR"], ["C", "42P01"], ["M", "nothing"]] }], // prettier-ignore
  [told("V", { int32: -1 }), { message: "function", value: null }],
  [told("v", { int32: 0 }, { int32: 1 }, "_pq_.x"), { message: "negotiate", minor: 0, refused: ["_pq_.x"] }],
  [told("A", { int32: 9 }, "ch", "hi"), { message: "notification", process: 9, channel: "ch", payload: "hi" }],
  [told("t", { int16: 1 }, { int32: 23 }), { message: "parameterTypes", types: [23] }],
  [told("S", "TimeZone", "UTC"), { message: "parameter", name: "TimeZone", value: "UTC" }],
  [ready("T"), { message: "ready", status: "T" }],
  [columns(["id", 23]), { message: "columns", columns: [column] }],
];

test("each message of a server is read, and written the same", () => {
  for (const [wire, message] of messages) {
    const read = decodeBack(wire[0] ?? 0, wire.subarray(5));
    expect(JSON.stringify(read)).toBe(JSON.stringify(message));
    expect(Buffer.from(encodeBack(message)).toString("hex")).toBe(wire.toString("hex"));
  }
});

test("what no server says is refused", () => {
  expect(() => decodeBack(0x5a, Buffer.from("X"))).toThrow(FormatError);
  expect(() => decodeBack(0x31, Buffer.from("more"))).toThrow(FormatError);
});
