import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { FormatError } from "../../../src/core/errors.ts";
import { decodeFront, encodeFront, type FrontMessage } from "../../../src/protocols/postgres/frontend.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const messages: readonly (readonly [Buffer, FrontMessage])[] = [
  [serialize.query("SELECT 1"), { message: "query", sql: "SELECT 1" }],
  [serialize.parse({ name: "s", text: "SELECT $1", types: [23] }), { message: "parse", name: "s", sql: "SELECT $1", types: [23] }], // prettier-ignore
  [
    serialize.bind({ portal: "p", statement: "s", values: ["7", null], binary: true }),
    { message: "bind", portal: "p", statement: "s", formats: [0, 0], values: [bytes("7"), null], resultFormats: [1] },
  ],
  [serialize.describe({ type: "S", name: "s" }), { message: "describe", named: "statement", name: "s" }],
  [serialize.close({ type: "P", name: "p" }), { message: "close", named: "portal", name: "p" }],
  [serialize.execute({ portal: "p", rows: 9 }), { message: "execute", portal: "p", limit: 9 }],
  [serialize.copyFail("no"), { message: "copyFail", reason: "no" }],
  [Buffer.from(serialize.sync()), { message: "sync" }],
  [Buffer.from(serialize.flush()), { message: "flush" }],
  [Buffer.from(serialize.end()), { message: "terminate" }],
  [Buffer.from(serialize.copyDone()), { message: "copyDone" }],
  [serialize.password("secret"), { message: "password", body: bytes("secret\0") }],
];

test("each message of a driver is read, and written the same", () => {
  for (const [wire, message] of messages) {
    const read = decodeFront(wire[0] ?? 0, new Uint8Array(wire.subarray(5)));
    expect(read).toEqual(message);
    expect(Buffer.from(encodeFront(read)).toString("hex")).toBe(wire.toString("hex"));
  }
});

test("a function call is read, and written the same", () => {
  const call = { message: "call", functionId: 953, formats: [1], values: [bytes("ab")], resultFormat: 1 } as const;
  const wire = Buffer.from("460000001a000003b900010001000100000002616200010000", "hex").subarray(0, 23);
  expect(Buffer.from(encodeFront(call)).subarray(5)).toEqual(wire.subarray(5));
  expect(decodeFront(0x46, new Uint8Array(encodeFront(call).subarray(5)))).toEqual(call);
});

test("a count without its items is refused", () => {
  expect(() => decodeFront(0x50, Buffer.from("\0\0\xff\xff", "latin1"))).toThrow(FormatError);
  expect(() => decodeFront(0x44, Buffer.from("X\0"))).toThrow(FormatError);
});
