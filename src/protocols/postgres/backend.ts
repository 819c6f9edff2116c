/**
 * What a server sends, decoded and encoded.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 *
 * Data rows and copy data are not among them: they come as runs (`message-reader.ts`). Counterpart: `frontend.ts`.
 */
import { FormatError } from "../../core/errors.ts";
import { BodyReader } from "./body-reader.ts";
import { type MessageWriter, message } from "./message-writer.ts";
import type { Column } from "./spec.ts";

/** The type bytes of a server's messages. */
export const Back = {
  Authentication: 0x52 /* R */,
  BackendKeyData: 0x4b /* K */,
  BindComplete: 0x32 /* 2 */,
  CloseComplete: 0x33 /* 3 */,
  CommandComplete: 0x43 /* C */,
  CopyBoth: 0x57 /* W */,
  CopyData: 0x64 /* d */,
  CopyDone: 0x63 /* c */,
  CopyIn: 0x47 /* G */,
  CopyOut: 0x48 /* H */,
  DataRow: 0x44 /* D */,
  EmptyQuery: 0x49 /* I */,
  Error: 0x45 /* E */,
  FunctionCall: 0x56 /* V */,
  NegotiateProtocol: 0x76 /* v */,
  NoData: 0x6e /* n */,
  Notice: 0x4e /* N */,
  Notification: 0x41 /* A */,
  ParameterDescription: 0x74 /* t */,
  ParameterStatus: 0x53 /* S */,
  ParseComplete: 0x31 /* 1 */,
  PortalSuspended: 0x73 /* s */,
  ReadyForQuery: 0x5a /* Z */,
  RowDescription: 0x54 /* T */,
} as const;

/** For `MessageReader`. */
export const backTypes: ReadonlySet<number> = new Set(Object.values(Back));

/** A field of an error or a notice: its code byte as a letter, and its text. */
export type Field = readonly [code: string, text: string];

export type BackMessage =
  | { readonly message: "authentication"; readonly method: number; readonly data: Uint8Array }
  | { readonly message: "key"; readonly process: number; readonly secret: Uint8Array }
  | { readonly message: Signal }
  | { readonly message: "tag"; readonly tag: string }
  | {
      readonly message: "copyIn" | "copyOut" | "copyBoth";
      readonly format: number;
      readonly formats: readonly number[];
    }
  | { readonly message: "error" | "notice"; readonly fields: readonly Field[] }
  | { readonly message: "function"; readonly value: Uint8Array | null }
  | { readonly message: "negotiate"; readonly minor: number; readonly refused: readonly string[] }
  | { readonly message: "notification"; readonly process: number; readonly channel: string; readonly payload: string }
  | { readonly message: "parameterTypes"; readonly types: readonly number[] }
  | { readonly message: "parameter"; readonly name: string; readonly value: string }
  | { readonly message: "ready"; readonly status: Status }
  | { readonly message: "columns"; readonly columns: readonly Column[] };

/** Messages that are all type. */
export type Signal = "bound" | "closed" | "copyDone" | "empty" | "noData" | "parsed" | "suspended";

/** Idle, in a transaction, in a failed one. */
export type Status = "I" | "T" | "E";

const signals: Readonly<Record<Signal, number>> = {
  bound: Back.BindComplete,
  closed: Back.CloseComplete,
  copyDone: Back.CopyDone,
  empty: Back.EmptyQuery,
  noData: Back.NoData,
  parsed: Back.ParseComplete,
  suspended: Back.PortalSuspended,
};
const signalOf = new Map<number, Signal>(Object.entries(signals).map(([signal, type]) => [type, signal as Signal]));

const decoders: Readonly<Record<number, (reader: BodyReader) => BackMessage>> = {
  [Back.Authentication]: (r) => ({ message: "authentication", method: r.int32(), data: r.rest() }),
  [Back.BackendKeyData]: (r) => ({ message: "key", process: r.int32(), secret: r.rest() }),
  [Back.CommandComplete]: (r) => ({ message: "tag", tag: r.text() }),
  [Back.CopyIn]: (r) => copy("copyIn", r),
  [Back.CopyOut]: (r) => copy("copyOut", r),
  [Back.CopyBoth]: (r) => copy("copyBoth", r),
  [Back.Error]: (r) => ({ message: "error", fields: decodeFields(r) }),
  [Back.Notice]: (r) => ({ message: "notice", fields: decodeFields(r) }),
  [Back.FunctionCall]: (r) => ({ message: "function", value: r.value() }),
  [Back.NegotiateProtocol]: decodeNegotiate,
  [Back.Notification]: (r) => ({ message: "notification", process: r.int32(), channel: r.text(), payload: r.text() }),
  [Back.ParameterDescription]: (r) => ({ message: "parameterTypes", types: r.list((each) => each.uint32()) }),
  [Back.ParameterStatus]: (r) => ({ message: "parameter", name: r.text(), value: r.text() }),
  [Back.ReadyForQuery]: (r) => ({ message: "ready", status: decodeStatus(r.byte()) }),
  [Back.RowDescription]: (r) => ({ message: "columns", columns: r.list(decodeColumn) }),
};

/** `body` is what follows the length. */
export function decodeBack(type: number, body: Uint8Array): BackMessage {
  const reader = new BodyReader(body);
  const signal = signalOf.get(type);
  const decode = decoders[type];
  if (signal === undefined && decode === undefined)
    throw new FormatError("format.bytes", `no server sends a message ${type}`, "type");
  const decoded = decode === undefined ? { message: signal ?? "noData" } : decode(reader);
  reader.finish();
  return decoded;
}

/** The inverse of `decodeBack`. */
export function encodeBack(back: BackMessage): Uint8Array {
  switch (back.message) {
    case "authentication":
      return message(Back.Authentication, (w) => w.int32(back.method).raw(back.data));
    case "key":
      return message(Back.BackendKeyData, (w) => w.int32(back.process).raw(back.secret));
    case "tag":
      return message(Back.CommandComplete, (w) => w.text(back.tag));
    case "copyIn":
    case "copyOut":
    case "copyBoth": {
      const type = { copyIn: Back.CopyIn, copyOut: Back.CopyOut, copyBoth: Back.CopyBoth }[back.message];
      return message(type, (w) => w.byte(back.format).list(back.formats, (format) => w.int16(format)));
    }
    case "error":
      return message(Back.Error, (w) => writeFields(w, back.fields));
    case "notice":
      return message(Back.Notice, (w) => writeFields(w, back.fields));
    case "function":
      return message(Back.FunctionCall, (w) => w.value(back.value));
    case "negotiate":
      return message(Back.NegotiateProtocol, (w) => {
        w.int32(back.minor).int32(back.refused.length);
        for (const name of back.refused) w.text(name);
      });
    case "notification":
      return message(Back.Notification, (w) => w.int32(back.process).text(back.channel).text(back.payload));
    case "parameterTypes":
      return message(Back.ParameterDescription, (w) => w.list(back.types, (type) => w.int32(type)));
    case "parameter":
      return message(Back.ParameterStatus, (w) => w.text(back.name).text(back.value));
    case "ready":
      return message(Back.ReadyForQuery, (w) => w.byte(back.status.charCodeAt(0)));
    case "columns":
      return message(Back.RowDescription, (w) => w.list(back.columns, (column) => writeColumn(w, column)));
    default:
      return message(signals[back.message]);
  }
}

// Int8 format | Int16 n | Int16 format * n
function copy(kind: "copyIn" | "copyOut" | "copyBoth", reader: BodyReader): BackMessage {
  return { message: kind, format: reader.byte(), formats: reader.list((each) => each.int16()) };
}

// (Byte1 code | String text)* | 0
function decodeFields(reader: BodyReader): Field[] {
  const fields: Field[] = [];
  for (let code = reader.byte(); code !== 0; code = reader.byte())
    fields.push([String.fromCharCode(code), reader.text()]);
  return fields;
}

function writeFields(writer: MessageWriter, fields: readonly Field[]): void {
  for (const [code, text] of fields) writer.byte(code.charCodeAt(0) & 0xff).text(text);
  writer.byte(0);
}

// Int32 the newest minor version | Int32 n | String option * n
function decodeNegotiate(reader: BodyReader): BackMessage {
  const minor = reader.int32();
  const count = reader.int32();
  const refused: string[] = [];
  for (let index = 0; index < count; index++) refused.push(reader.text());
  return { message: "negotiate", minor, refused };
}

function decodeStatus(byte: number): Status {
  const status = String.fromCharCode(byte);
  if (status === "I" || status === "T" || status === "E") return status;
  throw new FormatError("format.bytes", `0x${byte.toString(16)} is no transaction status`, "status");
}

// String name | Int32 table | Int16 attribute | Int32 type | Int16 size | Int32 modifier | Int16 format
function decodeColumn(reader: BodyReader): Column {
  return {
    name: reader.text(),
    table: reader.uint32(),
    attribute: reader.int16(),
    type: reader.uint32(),
    size: reader.int16(),
    modifier: reader.int32(),
    format: reader.int16(),
  };
}

function writeColumn(writer: MessageWriter, column: Column): void {
  writer.text(column.name).int32(column.table).int16(column.attribute).int32(column.type);
  writer.int16(column.size).int32(column.modifier).int16(column.format);
}
