/** Documents back into specs, edits by people included; what cannot be is a `FormatError` with its path. */
import { FormatError } from "../../core/errors.ts";
import type { Field, Status } from "./backend.ts";
import { decodeCopyData, decodeRows, encodeCopyData, encodeRows } from "./data-row.ts";
import { fieldCode, isFieldCode } from "./field-names.ts";
import type { Column, CopySent, Execution, Parameter, PostgresSpec, Push, Reply, Value } from "./spec.ts";
import { typeByName, typeByOid } from "./types/type-table.ts";
import { formatAt, wireValue } from "./values.ts";
import { Node } from "../../core/plain-node.ts";
import { Kind } from "./yaml-write.ts";

const INT16 = [-0x8000, 0x7fff] as const;
const INT32 = [-0x80000000, 0x7fffffff] as const;
const UINT32 = [0, 0xffffffff] as const;
const COUNT_MOST = 0xffff;

/** The inverse of `writeSpec`. */
export function readSpec(kind: string, document: unknown): PostgresSpec {
  const node = new Node(document, "spec");
  if (kind === Kind.Execution) return readExecution(node);
  if (kind === Kind.Statement) return readStatement(node);
  if (kind === Kind.Session) return readSession(node);
  throw new FormatError("format.yaml", `${kind} is no kind of PostgreSQL mock`, "kind");
}

/** What a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

function readExecution(node: Node): Execution {
  const replies = node.at("replies");
  const resultFormats = node.at("resultFormats").itemsOrNone().map(readFormat);
  const transaction = node.at("transaction");
  const stage = node.at("stage");
  const cursor = node.at("cursor");
  const cancelled = node.at("cancelledAfterMs");
  return {
    type: "execution",
    form: node.at("form").oneOf("simple", "extended", "call"),
    database: node.at("database").wireText(),
    user: node.at("user").wireText(),
    sql: node.at("sql").wireText(),
    cursor: cursor.isAbsent ? null : cursor.wireText(),
    parameters: node.at("parameters").itemsOrNone().map(readParameter),
    resultFormats,
    stage: stage.isAbsent ? "execute" : stage.oneOf("parse", "bind", "describe", "execute"),
    replies: readReplies(replies, resultFormats),
    transaction: { before: readStatus(transaction.at("before")), after: readStatus(transaction.at("after")) },
    pushes: node.at("pushes").itemsOrNone().map(readPush),
    ...(cancelled.isAbsent ? {} : { cancelledAfterMs: cancelled.integer(0, LONGEST_MS) }),
  };
}

function readStatus(node: Node): Status {
  return node.oneOf("I", "T", "E");
}

function readFormat(node: Node): number {
  return node.integer(...INT16);
}

function readParameter(node: Node): Parameter {
  return { type: readType(node.at("type")), value: readValue(node.at("value")) };
}

function readValue(node: Node): Value {
  const { value } = node;
  if (value === null || typeof value === "string" || value instanceof Uint8Array) return value;
  return node.fail("a text, bytes or null");
}

function readType(node: Node): number {
  if (typeof node.value === "number") return node.integer(...UINT32);
  return typeByName(node.text())?.oid ?? node.fail("the name of a type, or its OID");
}

function readPush(node: Node): Push {
  const { value } = node.at("afterMs");
  if (typeof value !== "number" || !(value >= 0) || !Number.isFinite(value)) {
    return node.at("afterMs").fail("a number of milliseconds");
  }
  const { afterMs: _afterMs, ...reply } = node.record();
  return { afterMs: value, reply: readReply(new Node(reply, node.path), [], []) };
}

function readReplies(node: Node, resultFormats: readonly number[]): Reply[] {
  let columns: readonly Column[] = [];
  return node.items().map((item) => {
    const reply = readReply(item, columns, resultFormats);
    if (reply.reply === "columns") columns = reply.columns;
    return reply;
  });
}

function readReply(node: Node, columns: readonly Column[], formats: readonly number[]): Reply {
  const names = Object.keys(node.record());
  const [name = ""] = names;
  if (names.length !== 1) return node.fail("a mapping with one member that names the reply");
  const value = node.at(name);
  switch (name) {
    case "columns":
      return { reply: name, columns: bounded(value).map(readColumn) };
    case "rows":
      return { reply: name, rows: readRows(value, columns, formats) };
    case "tag":
      return { reply: name, tag: value.wireText() };
    case "empty":
    case "suspended":
    case "copyDone":
      return value.value === true ? { reply: name } : value.fail("true");
    case "error":
    case "notice":
      return { reply: name, fields: readFields(value) };
    case "notification":
      return {
        reply: name,
        process: value.at("process").integer(...INT32),
        channel: value.at("channel").wireText(),
        payload: value.at("payload").wireText(),
      };
    case "parameter":
      return { reply: name, name: value.at("name").wireText(), value: value.at("value").wireText() };
    case "copyIn":
      return { reply: name, ...readCopyFormats(value), sent: readSent(value) };
    case "copyOut":
      return { reply: name, ...readCopyFormats(value) };
    case "copyData":
      return { reply: name, rows: readCopyData(value) };
    case "function":
      return { reply: name, value: value.value === null ? null : value.bytes() };
    default:
      return node.fail("a reply by a name that is known");
  }
}

function bounded(node: Node): Node[] {
  const items = node.items();
  return items.length > COUNT_MOST ? node.fail(`a list of at most ${COUNT_MOST}`) : items;
}

function readColumn(node: Node): Column {
  const type = readType(node.at("type"));
  const number = (name: string, range: readonly [number, number], otherwise: number): number =>
    node.at(name).isAbsent ? otherwise : node.at(name).integer(...range);
  const format = node.at("format");
  const known = typeByOid(type)?.size;
  return {
    name: node.at("name").wireText(),
    table: number("table", UINT32, 0),
    attribute: number("attribute", INT16, 0),
    type,
    size: known === undefined ? node.at("size").integer(...INT16) : number("size", INT16, known),
    modifier: number("modifier", INT32, -1),
    format: format.isAbsent ? 0 : format.value === "binary" ? 1 : readFormat(format),
  };
}

function readRows(node: Node, columns: readonly Column[], formats: readonly number[]): Uint8Array {
  if (node.value instanceof Uint8Array) return checkRun(node, decodeRows);
  return encodeRows(
    node.items().map((row) =>
      bounded(row).map((cell, index) => {
        const column = columns[index];
        const value = readValue(cell);
        const bytes = wireValue(value, column?.type ?? 0, column?.format ?? formatAt(formats, index));
        if (bytes !== undefined) return bytes;
        return cell.fail(`a value of type ${typeByOid(column?.type ?? 0)?.name ?? "unknown"}, or bytes`);
      }),
    ),
  );
}

/** A run that the wire can carry, told apart from bytes that an edit has spoilt. */
function checkRun(node: Node, walk: (run: Uint8Array) => Iterable<unknown>): Uint8Array {
  const run = node.bytes();
  try {
    for (const _item of walk(run));
    return run;
  } catch (cause) {
    if (cause instanceof FormatError) return node.fail("whole messages of the wire");
    throw cause;
  }
}

function readCopyData(node: Node): Uint8Array {
  if (node.value instanceof Uint8Array) return checkRun(node, decodeCopyData);
  return encodeCopyData(node.items().map((item) => (typeof item.value === "string" ? new TextEncoder().encode(item.value) : item.bytes()))); // prettier-ignore
}

function readCopyFormats(node: Node): { format: number; formats: number[] } {
  return { format: node.at("format").integer(0, 0xff), formats: bounded(node.at("formats")).map(readFormat) };
}

function readSent(node: Node): CopySent {
  const end = node.at("end").oneOf("done", "failed", "cut");
  const data = node.at("data");
  const reason = node.at("reason");
  return {
    data:
      end === "cut"
        ? new Uint8Array(0)
        : typeof data.value === "string"
          ? new TextEncoder().encode(data.value)
          : data.bytes(),
    end,
    reason: reason.isAbsent ? "" : reason.wireText(),
  };
}

function readFields(node: Node): Field[] {
  if (Array.isArray(node.value)) {
    return node.items().map((item) => {
      const [code, text] = item.items();
      const letter = code?.text() ?? "";
      if (!isFieldCode(letter)) return item.fail("a field's letter and its text");
      return [letter, text?.wireText() ?? item.fail("a field's letter and its text")];
    });
  }
  return Object.keys(node.record()).map((name) => [
    fieldCode(name) ?? node.at(name).fail("a field that errors have"),
    node.at(name).wireText(),
  ]);
}

function readStatement(node: Node): PostgresSpec {
  const columns = node.at("columns");
  return {
    type: "statement",
    database: node.at("database").wireText(),
    user: node.at("user").wireText(),
    sql: node.at("sql").wireText(),
    declared: node.at("declared").itemsOrNone().map(readType),
    parameters: bounded(node.at("parameters")).map(readType),
    columns: columns.value === null ? null : bounded(columns).map(readColumn),
  };
}

function readSession(node: Node): PostgresSpec {
  const minor =
    /^3\.(\d{1,4})$/.exec(node.at("protocol").text())?.[1] ?? node.at("protocol").fail("a version as in 3.0");
  return {
    type: "session",
    database: node.at("database").wireText(),
    user: node.at("user").wireText(),
    minor: Number(minor),
    options: node
      .at("options")
      .items()
      .map((each) => [each.at("name").wireText(), each.at("value").wireText()]),
    encryption: node.at("encryption").oneOf("none", "refused", "tls"),
    authentication: node.at("authentication").text(),
    replies: readReplies(node.at("replies"), []),
  };
}
