/**
 * Specs as people read them: types by name, values as text, results as rows. A result over 64 KiB stays in wire bytes, so
 * that writing it costs no more than its size. Counterpart: `yaml-read.ts`.
 */
import type { Greeting } from "./greeting.ts";
import { decodeRows } from "./rows.ts";
import type { Column, Done, Encoding, Identity, MysqlSpec, Parameter, Reply, SessionStart, Statement } from "./spec.ts";
import { typeName } from "./types.ts";

type Plain = Record<string, unknown>;

/** The kinds of documents; the first is the one written most. */
export const KINDS = {
  execution: "Mysql",
  statement: "MysqlStatement",
  fetch: "MysqlFetch",
  command: "MysqlCommand",
  session: "MysqlSession",
} as const;

const READABLE_MOST = 64 * 1024;

/** The document of a spec. */
export function toYaml(spec: MysqlSpec): { readonly kind: string; readonly spec: unknown } {
  return { kind: KINDS[spec.type], spec: { ...identity(spec), ...bodyOf(spec) } };
}

const identity = ({ database, user }: Identity): Plain => ({ database, user });

function bodyOf(spec: MysqlSpec): Plain {
  switch (spec.type) {
    case "execution": {
      const { encoding, sql, isCursor } = spec;
      const replies = writeReplies(spec.replies, encoding);
      return { encoding, sql, ...parametersOf(spec.parameters), ...(isCursor ? { cursor: true } : {}), replies };
    }
    case "fetch": {
      const { sql, turn, count } = spec;
      const columns = spec.columns.map(writeColumn);
      const replies = writeReplies(spec.replies, "binary", spec.columns);
      return { sql, ...parametersOf(spec.parameters), turn, count, columns, replies };
    }
    case "command":
      return { command: spec.command, argument: spec.argument, replies: writeReplies(spec.replies, "text") };
    case "statement":
      return writeStatement(spec);
    case "session":
      return writeSession(spec);
  }
}

function writeStatement({ sql, number, parameters, columns, warnings, ends, error }: Statement): Plain {
  if (error !== null) return { sql, ...writeReply(error, "binary", []) };
  return {
    sql,
    number,
    parameters: parameters.map(writeColumn),
    columns: columns.map(writeColumn),
    ...(warnings === 0 ? {} : { warnings }),
    ...(ends.length === 0 ? {} : { ends: ends.map((end) => ({ ...end })) }),
  };
}

function writeSession({ greeting, reply }: SessionStart): Plain {
  return { greeting: greeting === null ? null : writeGreeting(greeting), ...writeReply(reply, "text", []) };
}

const writeGreeting = (greeting: Greeting): Plain => ({
  ...greeting,
  capabilities: `0x${greeting.capabilities.toString(16)}`,
});

function parametersOf(parameters: readonly Parameter[]): Plain {
  if (parameters.length === 0) return {};
  return {
    parameters: parameters.map(({ type, name, value }) => ({ type: typeName(type), ...(name === "" ? {} : { name }), value })), // prettier-ignore
  };
}

/** Rows are read by the columns before them. */
function writeReplies(replies: readonly Reply[], encoding: Encoding, known: readonly Column[] = []): Plain[] {
  let columns = known;
  return replies.map((each) => {
    if (each.reply === "columns") columns = each.columns;
    if (each.reply === "hidden") columns = [];
    return writeReply(each, encoding, columns);
  });
}

function writeReply(each: Reply, encoding: Encoding, columns: readonly Column[]): Plain {
  switch (each.reply) {
    case "ok":
    case "end":
      return { [each.reply]: writeDone(each) };
    case "error":
      return { error: { code: each.code, state: each.state, message: each.message } };
    case "columns":
      return { columns: each.columns.map(writeColumn), ...(each.end === null ? {} : { end: { ...each.end } }) };
    case "hidden":
      return { hidden: each.count, ...(each.end === null ? {} : { end: { ...each.end } }) };
    case "rows": {
      const isReadable = each.rows.length <= READABLE_MOST && columns.length > 0;
      const rows = isReadable ? decodeRows(each.rows, columns, encoding) : null;
      return { rows: rows === null ? each.rows : rows.map((row) => [...row]) };
    }
    case "file":
      return { file: each.file, sent: each.sent };
    case "raw":
      return { raw: each.payload };
  }
}

function writeDone({ affected, insertId, status, warnings, info, state }: Done): Plain {
  return {
    ...(affected === "0" ? {} : { affected: plainNumber(affected) }),
    ...(insertId === "0" ? {} : { insertId: plainNumber(insertId) }),
    status,
    ...(warnings === 0 ? {} : { warnings }),
    ...(info === null ? {} : { info }),
    ...(state === null ? {} : { state }),
  };
}

const plainNumber = (text: string): number | string => (Number.isSafeInteger(Number(text)) ? Number(text) : text);

/** What is as it usually is, is left out. */
function writeColumn(column: Column): Plain {
  const { catalog, schema, table, originalTable, name, originalName, charset, length, flags, decimals } = column;
  return {
    name,
    type: typeName(column.type),
    ...(originalName === name ? {} : { originalName }),
    ...(table === "" ? {} : { table }),
    ...(originalTable === table ? {} : { originalTable }),
    ...(schema === "" ? {} : { schema }),
    ...(catalog === "def" ? {} : { catalog }),
    ...{ charset, length },
    ...(flags === 0 ? {} : { flags }),
    ...(decimals === 0 ? {} : { decimals }),
    ...(column.extended === null ? {} : { extended: column.extended }),
    ...(column.fallback === null ? {} : { default: column.fallback }),
  };
}
