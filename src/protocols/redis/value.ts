/**
 * What a Redis server says, as RESP2 and RESP3 have it, and its one spelling on the wire. A reply whose spelling is
 * another one is refused by the reader, so that what was recorded is replayed byte for byte.
 * https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md
 */
import { bytesOf, type Word } from "../../lib/bytes/text.ts";

/** One reply or a part of it; numbers stay the text that was sent. */
export type Value =
  | { readonly type: "bulk" | "bulkError" | "verbatim"; readonly bytes: Uint8Array }
  | { readonly type: "status" | "error"; readonly text: Word }
  | { readonly type: "integer" | "double" | "big"; readonly text: string }
  /** RESP2 has a null string and a null list, RESP3 one null. */
  | { readonly type: "null"; readonly of: "string" | "list" | "any" }
  | { readonly type: "boolean"; readonly is: boolean }
  | { readonly type: "list" | "set" | "push"; readonly items: readonly Value[] }
  | { readonly type: "map"; readonly entries: readonly (readonly [Value, Value])[] }
  /** What a server adds for who cares, before the reply itself. */
  | {
      readonly type: "attributed";
      readonly attributes: readonly (readonly [Value, Value])[];
      readonly value: Value;
    };

/** What a server says with `+OK`. */
export const OK: Value = { type: "status", text: "OK" };

export const status = (text: string): Value => ({ type: "status", text });
export const error = (text: string): Value => ({ type: "error", text });
export const integer = (value: number): Value => ({ type: "integer", text: String(value) });
export const bulk = (bytes: Uint8Array): Value => ({ type: "bulk", bytes });
export const list = (items: readonly Value[]): Value => ({ type: "list", items });

/** Whether the reply says that the command was refused. */
export const isError = (value: Value): boolean => value.type === "error" || value.type === "bulkError";

const SIGN = {
  status: "+",
  error: "-",
  integer: ":",
  double: ",",
  big: "(",
  bulk: "$",
  bulkError: "!",
  verbatim: "=",
  list: "*",
  set: "~",
  push: ">",
} as const;
const NULL = { string: "$-1\r\n", list: "*-1\r\n", any: "_\r\n" } as const;
const LINE_END = Buffer.from("\r\n");

/** The bytes of a reply, in pieces: long strings are passed on and not copied. */
export function* encode(value: Value): Generator<Uint8Array> {
  switch (value.type) {
    case "bulk":
    case "bulkError":
    case "verbatim":
      yield Buffer.from(`${SIGN[value.type]}${value.bytes.length}\r\n`);
      yield value.bytes;
      yield LINE_END;
      return;
    case "status":
    case "error":
      yield Buffer.concat([Buffer.from(SIGN[value.type]), bytesOf(value.text), LINE_END]);
      return;
    case "integer":
    case "double":
    case "big":
      yield Buffer.from(`${SIGN[value.type]}${value.text}\r\n`);
      return;
    case "null":
      yield Buffer.from(NULL[value.of]);
      return;
    case "boolean":
      yield Buffer.from(value.is ? "#t\r\n" : "#f\r\n");
      return;
    case "list":
    case "set":
    case "push":
      yield Buffer.from(`${SIGN[value.type]}${value.items.length}\r\n`);
      for (const item of value.items) yield* encode(item);
      return;
    case "map":
      yield* encodeEntries("%", value.entries);
      return;
    case "attributed":
      yield* encodeEntries("|", value.attributes);
      yield* encode(value.value);
      return;
  }
}

function* encodeEntries(sign: string, entries: readonly (readonly [Value, Value])[]): Generator<Uint8Array> {
  yield Buffer.from(`${sign}${entries.length}\r\n`);
  for (const [key, value] of entries) {
    yield* encode(key);
    yield* encode(value);
  }
}

/** A reply in one piece. */
export const encoded = (value: Value): Uint8Array => new Uint8Array(Buffer.concat([...encode(value)]));
