/**
 * What a client sends once the connection is open, decoded and encoded.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 *
 * Copy data is not among them: it comes as runs (`message-reader.ts`). Counterpart: `backend.ts`.
 */
import { FormatError } from "../../core/errors.ts";
import { BodyReader } from "./body-reader.ts";
import { type MessageWriter, message } from "./message-writer.ts";

/** The type bytes of a client's messages. */
export const Front = {
  Bind: 0x42 /* B */,
  Close: 0x43 /* C */,
  CopyData: 0x64 /* d */,
  CopyDone: 0x63 /* c */,
  CopyFail: 0x66 /* f */,
  Describe: 0x44 /* D */,
  Execute: 0x45 /* E */,
  Flush: 0x48 /* H */,
  FunctionCall: 0x46 /* F */,
  Parse: 0x50 /* P */,
  Password: 0x70 /* p */,
  Query: 0x51 /* Q */,
  Sync: 0x53 /* S */,
  Terminate: 0x58 /* X */,
} as const;

/** For `MessageReader`. */
export const frontTypes: ReadonlySet<number> = new Set(Object.values(Front));

/** A prepared statement or a portal. */
export type Named = "statement" | "portal";

export type FrontMessage =
  | { readonly message: "query"; readonly sql: string }
  | { readonly message: "parse"; readonly name: string; readonly sql: string; readonly types: readonly number[] }
  | BindMessage
  | { readonly message: "describe"; readonly named: Named; readonly name: string }
  | { readonly message: "close"; readonly named: Named; readonly name: string }
  | { readonly message: "execute"; readonly portal: string; readonly limit: number }
  | { readonly message: "sync" | "flush" | "terminate" | "copyDone" }
  | { readonly message: "copyFail"; readonly reason: string }
  | CallMessage
  | { readonly message: "password"; readonly body: Uint8Array };

export interface BindMessage {
  readonly message: "bind";
  readonly portal: string;
  readonly statement: string;
  /** Format codes: none (all text), one for all, or one each. */
  readonly formats: readonly number[];
  readonly values: readonly (Uint8Array | null)[];
  readonly resultFormats: readonly number[];
}

export interface CallMessage {
  readonly message: "call";
  readonly functionId: number;
  readonly formats: readonly number[];
  readonly values: readonly (Uint8Array | null)[];
  readonly resultFormat: number;
}

const int16 = (reader: BodyReader): number => reader.int16();
const uint32 = (reader: BodyReader): number => reader.uint32();
const value = (reader: BodyReader): Uint8Array | null => reader.value();

const decoders: Readonly<Record<number, (reader: BodyReader) => FrontMessage>> = {
  // String statement | String sql | Int16 n | Int32 * n
  [Front.Parse]: (r) => ({ message: "parse", name: r.text(), sql: r.text(), types: r.list(uint32) }),
  // String portal | String statement | Int16 n | Int16 * n | Int16 n | (Int32 length, Byten) * n | Int16 n | Int16 * n
  [Front.Bind]: (r) => ({
    message: "bind",
    portal: r.text(),
    statement: r.text(),
    formats: r.list(int16),
    values: r.list(value),
    resultFormats: r.list(int16),
  }),
  [Front.Describe]: (r) => ({ message: "describe", named: named(r), name: r.text() }),
  [Front.Close]: (r) => ({ message: "close", named: named(r), name: r.text() }),
  [Front.Execute]: (r) => ({ message: "execute", portal: r.text(), limit: r.int32() }),
  // Int32 function | Int16 n | Int16 * n | Int16 n | (Int32 length, Byten) * n | Int16 format
  [Front.FunctionCall]: (r) => ({
    message: "call",
    functionId: r.uint32(),
    formats: r.list(int16),
    values: r.list(value),
    resultFormat: r.int16(),
  }),
  [Front.Query]: (r) => ({ message: "query", sql: r.text() }),
  [Front.CopyFail]: (r) => ({ message: "copyFail", reason: r.text() }),
  [Front.Password]: (r) => ({ message: "password", body: r.rest() }),
  [Front.Sync]: () => ({ message: "sync" }),
  [Front.Flush]: () => ({ message: "flush" }),
  [Front.CopyDone]: () => ({ message: "copyDone" }),
  [Front.Terminate]: () => ({ message: "terminate" }),
};

/** `body` is what follows the length. */
export function decodeFront(type: number, body: Uint8Array): FrontMessage {
  const decode = decoders[type];
  if (decode === undefined) throw new FormatError("format.bytes", `no client sends a message ${type}`, "type");
  const reader = new BodyReader(body);
  const decoded = decode(reader);
  reader.finish();
  return decoded;
}

/** The inverse of `decodeFront`. */
export function encodeFront(front: FrontMessage): Uint8Array {
  switch (front.message) {
    case "query":
      return message(Front.Query, (w) => w.text(front.sql));
    case "parse":
      return message(Front.Parse, (w) =>
        w
          .text(front.name)
          .text(front.sql)
          .list(front.types, (type) => w.int32(type)),
      );
    case "bind":
      return message(Front.Bind, (w) => {
        writeValues(w.text(front.portal).text(front.statement), front);
        w.list(front.resultFormats, (format) => w.int16(format));
      });
    case "call":
      return message(Front.FunctionCall, (w) =>
        writeValues(w.int32(front.functionId), front).int16(front.resultFormat),
      );
    case "describe":
      return message(Front.Describe, (w) => w.byte(front.named === "statement" ? 0x53 : 0x50).text(front.name));
    case "close":
      return message(Front.Close, (w) => w.byte(front.named === "statement" ? 0x53 : 0x50).text(front.name));
    case "execute":
      return message(Front.Execute, (w) => w.text(front.portal).int32(front.limit));
    case "copyFail":
      return message(Front.CopyFail, (w) => w.text(front.reason));
    case "password":
      return message(Front.Password, (w) => w.raw(front.body));
    case "sync":
      return message(Front.Sync);
    case "flush":
      return message(Front.Flush);
    case "copyDone":
      return message(Front.CopyDone);
    case "terminate":
      return message(Front.Terminate);
  }
}

function writeValues(writer: MessageWriter, front: Pick<BindMessage, "formats" | "values">): MessageWriter {
  writer.list(front.formats, (format) => writer.int16(format));
  return writer.list(front.values, (bytes) => writer.value(bytes));
}

function named(reader: BodyReader): Named {
  const byte = reader.byte();
  if (byte === 0x53 /* S */) return "statement";
  if (byte === 0x50 /* P */) return "portal";
  throw new FormatError("format.bytes", `0x${byte.toString(16)} is neither a statement nor a portal`, "named");
}
