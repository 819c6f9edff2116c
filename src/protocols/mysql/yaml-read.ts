/** Reads what `yaml-write.ts` writes, edits included; throws `FormatError` with the path of what is wrong. */
import { FormatError } from "../../core/errors.ts";
import type { Word } from "../../lib/bytes/text.ts";
import type { Greeting } from "./greeting.ts";
import { encodeRows, type Row } from "./rows.ts";
import type {
  Column,
  Done,
  Encoding,
  End,
  Execution,
  MysqlSpec,
  Parameter,
  Reply,
  SessionStart,
  Statement,
} from "./spec.ts";
import { BULK, typeNumber, UNSIGNED } from "./types.ts";
import { Node } from "../../core/plain-node.ts";
import { KINDS } from "./yaml-write.ts";

const BYTE = 0xff;
const INT16 = 0xffff;
const INT32 = 0xffffffff;
const LONGEST = (1n << 64n) - 1n;
const CAPABILITIES = /^0x[0-9a-f]{1,16}$/;

export function fromYaml(kind: string, document: unknown): MysqlSpec {
  const node = new Node(document, "spec");
  const identity = { database: node.at("database").text(), user: node.at("user").text() };
  switch (kind) {
    case KINDS.execution:
      return { type: "execution", ...identity, ...readExecution(node) };
    case KINDS.statement:
      return { type: "statement", ...identity, ...readStatement(node) };
    case KINDS.fetch: {
      const columns = node.at("columns").items().map(readColumn);
      const [turn, count] = [node.at("turn").integer(0, INT32), node.at("count").integer(0, INT32)];
      const replies = readReplies(node.at("replies"), "binary", columns);
      const sql = node.at("sql").text();
      return { type: "fetch", ...identity, sql, parameters: readParameters(node), turn, count, columns, replies };
    }
    case KINDS.command: {
      const [command, argument] = [node.at("command").text(), readWord(node.at("argument"))];
      return { type: "command", ...identity, command, argument, replies: readReplies(node.at("replies"), "text") };
    }
    case KINDS.session:
      return { type: "session", ...identity, ...readSession(node) };
    default:
      throw new FormatError("format.yaml", `${kind} is no kind of MySQL's.`, "kind");
  }
}

function readExecution(node: Node): Omit<Execution, "type" | "database" | "user"> {
  const encoding = node.at("encoding").oneOf("text", "binary");
  const sql = node.at("sql").text();
  const isCursor = node.at("cursor").value === true;
  return { encoding, sql, parameters: readParameters(node), isCursor, replies: readReplies(node.at("replies"), encoding) }; // prettier-ignore
}

function readStatement(node: Node): Omit<Statement, "type" | "database" | "user"> {
  const sql = node.at("sql").text();
  if (!node.at("error").isAbsent) {
    return { sql, number: 0, parameters: [], columns: [], warnings: 0, ends: [], error: readError(node.at("error")) };
  }
  return {
    sql,
    number: node.at("number").integer(1, INT32 - 1),
    parameters: node.at("parameters").items().map(readColumn),
    columns: node.at("columns").items().map(readColumn),
    warnings: numberOr(node.at("warnings"), INT16),
    ends: node.at("ends").itemsOrNone().map(readEnd),
    error: null,
  };
}

function readSession(node: Node): Pick<SessionStart, "greeting" | "reply"> {
  const greeting = node.at("greeting").value === null ? null : readGreeting(node.at("greeting"));
  const error = node.at("error");
  const reply: Reply = error.isAbsent ? { reply: "ok", ...readDone(node.at("ok")) } : readError(error);
  return { greeting, reply };
}

function readGreeting(node: Node): Greeting {
  const capabilities = node.at("capabilities").text();
  if (!CAPABILITIES.test(capabilities)) node.at("capabilities").fail("a hexadecimal number");
  return {
    version: node.at("version").wireText(),
    connection: node.at("connection").isAbsent ? 1 : node.at("connection").integer(0, INT32),
    capabilities: BigInt(capabilities),
    charset: node.at("charset").integer(0, BYTE),
    status: node.at("status").integer(0, INT16),
    plugin: node.at("plugin").wireText(),
  };
}

function readParameters(node: Node): Parameter[] {
  return node.at("parameters").itemsOrNone().map((each) => ({
    type: readType(each.at("type"), UNSIGNED + BYTE),
    name: each.at("name").isAbsent ? "" : each.at("name").text(),
    value: readCell(each.at("value")),
  })); // prettier-ignore
}

function readReplies(node: Node, encoding: Encoding, known: readonly Column[] = []): Reply[] {
  let columns = known;
  return node.items().map((each) => {
    const reply = readReply(each, encoding, columns);
    if (reply.reply === "columns") columns = reply.columns;
    if (reply.reply === "hidden") columns = [];
    return reply;
  });
}

function readReply(node: Node, encoding: Encoding, columns: readonly Column[]): Reply {
  const has = (name: string): boolean => !node.at(name).isAbsent;
  if (has("rows")) return { reply: "rows", rows: readRows(node.at("rows"), encoding, columns) };
  if (has("columns")) {
    const read = node.at("columns").items().map(readColumn);
    if (read.length === 0 || read.length > INT16) node.at("columns").fail("a list of columns");
    return { reply: "columns", columns: read, end: has("end") ? readEnd(node.at("end")) : null };
  }
  if (has("hidden")) {
    const end = has("end") ? readEnd(node.at("end")) : null;
    return { reply: "hidden", count: node.at("hidden").integer(0, INT16), end };
  }
  if (has("ok")) return { reply: "ok", ...readDone(node.at("ok")) };
  if (has("end")) return { reply: "end", ...readDone(node.at("end")) };
  if (has("error")) return readError(node.at("error"));
  if (has("file")) return { reply: "file", file: readWord(node.at("file")), sent: bytesAt(node.at("sent")) };
  if (has("raw")) return { reply: "raw", payload: readWord(node.at("raw")) };
  return node.fail("a reply of MySQL");
}

function readRows(node: Node, encoding: Encoding, columns: readonly Column[]): Uint8Array {
  if (node.value instanceof Uint8Array) return node.value;
  const rows = node.items().map((row): Row => row.items().map(readCell));
  const at = rows.findIndex((row) => row.length !== columns.length);
  if (at >= 0) node.fail(`rows of ${columns.length} values, as there are columns`);
  try {
    return encodeRows(rows, columns, encoding);
  } catch (error) {
    return error instanceof FormatError ? node.fail(`rows of these columns: ${error.message}`) : raise(error);
  }
}

const raise = (error: unknown): never => {
  throw error;
};

function readDone(node: Node): Done {
  return {
    affected: longAt(node.at("affected")),
    insertId: longAt(node.at("insertId")),
    status: node.at("status").integer(0, INT16),
    warnings: numberOr(node.at("warnings"), INT16),
    info: node.at("info").isAbsent ? null : node.at("info").text(),
    state: node.at("state").isAbsent ? null : bytesAt(node.at("state")),
  };
}

function readEnd(node: Node): End {
  return { warnings: node.at("warnings").integer(0, INT16), status: node.at("status").integer(0, INT16) };
}

function readError(node: Node): Extract<Reply, { reply: "error" }> {
  const state = node.at("state").text();
  if (state !== "" && !/^[\x20-\x7e]{5}$/.test(state)) node.at("state").fail("five characters");
  return { reply: "error", code: node.at("code").integer(0, INT16), state, message: node.at("message").text() };
}

function readColumn(node: Node): Column {
  const [name, table] = [node.at("name").text(), textOr(node.at("table"), "")];
  return {
    catalog: textOr(node.at("catalog"), "def"),
    schema: textOr(node.at("schema"), ""),
    table,
    originalTable: textOr(node.at("originalTable"), table),
    name,
    originalName: textOr(node.at("originalName"), name),
    charset: node.at("charset").integer(0, INT16),
    length: node.at("length").integer(0, INT32),
    type: readType(node.at("type"), BYTE),
    flags: numberOr(node.at("flags"), INT16),
    decimals: numberOr(node.at("decimals"), BYTE),
    extended: node.at("extended").isAbsent ? null : bytesAt(node.at("extended")),
    fallback: node.at("default").isAbsent ? null : readWord(node.at("default")),
  };
}

function readType(node: Node, most: number): number {
  const type = typeNumber(node.text());
  if (type === undefined || (type > most && type !== BULK)) return node.fail("a type of MySQL");
  return type;
}

/** Numbers too: who edits a row by hand writes `[7, Ann]`. */
function readCell(node: Node): Word | null {
  if (node.value === null) return null;
  return typeof node.value === "number" ? String(node.value) : readWord(node);
}

function readWord(node: Node): Word {
  const { value } = node;
  return typeof value === "string" || value instanceof Uint8Array ? value : node.fail("text or bytes");
}

const bytesAt = (node: Node): Uint8Array => {
  const word = readWord(node);
  return typeof word === "string" ? new TextEncoder().encode(word) : word;
};

function longAt(node: Node): string {
  if (node.isAbsent) return "0";
  const text = String(node.value);
  const isLong = (typeof node.value === "number" || typeof node.value === "string") && /^\d{1,20}$/.test(text);
  return isLong && BigInt(text) <= LONGEST ? text : node.fail("a whole number");
}

const textOr = (node: Node, usual: string): string => (node.isAbsent ? usual : node.text());
const numberOr = (node: Node, most: number): number => (node.isAbsent ? 0 : node.integer(0, most));
