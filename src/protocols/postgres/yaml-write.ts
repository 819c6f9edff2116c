/**
 * Specs as people read them: types by name, values as text, results as rows. Counterpart: `yaml-read.ts`.
 *
 * A result over 64 KiB stays in wire bytes, so that writing it costs no more than its size.
 */
import { exactText } from "../../lib/bytes/text.ts";
import type { Field } from "./backend.ts";
import { decodeCopyData, decodeRows } from "./data-row.ts";
import { nameFields } from "./field-names.ts";
import type { Column, CopySent, Execution, PostgresSpec, Reply, SessionStart, Statement } from "./spec.ts";
import { typeByOid } from "./types/type-table.ts";
import { formatAt, showValue } from "./values.ts";

type Plain = Record<string, unknown>;

/** The kinds of documents; the first is the one written most. */
export const Kind = { Execution: "Postgres", Statement: "PostgresStatement", Session: "PostgresSession" } as const;

const READABLE_MOST = 64 * 1024;

/** The document of a spec. */
export function writeSpec(spec: PostgresSpec): { kind: string; spec: unknown } {
  if (spec.type === "session") return { kind: Kind.Session, spec: writeSession(spec) };
  if (spec.type === "statement") return { kind: Kind.Statement, spec: writeStatement(spec) };
  return { kind: Kind.Execution, spec: writeExecution(spec) };
}

function writeExecution(spec: Execution): Plain {
  return {
    database: spec.database,
    user: spec.user,
    form: spec.form,
    ...(spec.stage === "execute" ? {} : { stage: spec.stage }),
    sql: spec.sql,
    ...(spec.cursor === null ? {} : { cursor: spec.cursor }),
    ...(spec.parameters.length === 0
      ? {}
      : { parameters: spec.parameters.map(({ type, value }) => ({ type: typeName(type), value })) }),
    ...(spec.resultFormats.length === 0 ? {} : { resultFormats: [...spec.resultFormats] }),
    replies: writeReplies(spec.replies, spec.resultFormats),
    transaction: { ...spec.transaction },
    ...(spec.cancelledAfterMs === undefined ? {} : { cancelledAfterMs: spec.cancelledAfterMs }),
    ...(spec.pushes.length === 0
      ? {}
      : { pushes: spec.pushes.map((push) => ({ afterMs: push.afterMs, ...writeReply(push.reply, [], []) })) }),
  };
}

/** Rows are read by the columns before them. */
function writeReplies(replies: readonly Reply[], resultFormats: readonly number[]): Plain[] {
  let columns: readonly Column[] = [];
  return replies.map((reply) => {
    if (reply.reply === "columns") columns = reply.columns;
    return writeReply(reply, columns, resultFormats);
  });
}

function writeReply(reply: Reply, columns: readonly Column[], formats: readonly number[]): Plain {
  switch (reply.reply) {
    case "columns":
      return { columns: reply.columns.map(writeColumn) };
    case "rows":
      return { rows: writeRows(reply.rows, columns, formats) };
    case "tag":
      return { tag: reply.tag };
    case "empty":
    case "suspended":
    case "copyDone":
      return { [reply.reply]: true };
    case "error":
    case "notice":
      return { [reply.reply]: writeFields(reply.fields) };
    case "notification":
      return { notification: { process: reply.process, channel: reply.channel, payload: reply.payload } };
    case "parameter":
      return { parameter: { name: reply.name, value: reply.value } };
    case "copyIn":
      return { copyIn: { format: reply.format, formats: [...reply.formats], ...writeSent(reply.sent) } };
    case "copyOut":
      return { copyOut: { format: reply.format, formats: [...reply.formats] } };
    case "copyData":
      return { copyData: writeCopyData(reply.rows) };
    case "function":
      return { function: reply.value };
  }
}

function writeRows(run: Uint8Array, columns: readonly Column[], formats: readonly number[]): unknown {
  if (run.length > READABLE_MOST) return run;
  const rows: unknown[] = [];
  for (const row of decodeRows(run)) {
    rows.push(
      row.map((value, index) => {
        const column = columns[index];
        return showValue(value, column?.type ?? 0, column?.format ?? formatAt(formats, index));
      }),
    );
  }
  return rows;
}

function writeCopyData(run: Uint8Array): unknown {
  if (run.length > READABLE_MOST) return run;
  const contents = [...decodeCopyData(run)];
  const texts = contents.map(exactText);
  return texts.includes(undefined) ? contents.map((content) => content.slice()) : texts;
}

function writeSent({ data, end, reason }: CopySent): Plain {
  if (end === "cut") return { end };
  return { data: exactText(data) ?? data, end, ...(reason === "" ? {} : { reason }) };
}

/** Sizes and modifiers are written where they are not what the type always has. */
function writeColumn(column: Column): Plain {
  const isBound = column.table !== 0 || column.attribute !== 0;
  return {
    name: column.name,
    type: typeName(column.type),
    ...(column.format === 0 ? {} : column.format === 1 ? { format: "binary" } : { format: column.format }),
    ...(isBound ? { table: column.table, attribute: column.attribute } : {}),
    ...(column.size === typeByOid(column.type)?.size ? {} : { size: column.size }),
    ...(column.modifier === -1 ? {} : { modifier: column.modifier }),
  };
}

function writeFields(fields: readonly Field[]): unknown {
  return nameFields(fields) ?? fields.map(([code, text]) => [code, text]);
}

function writeStatement(spec: Statement): Plain {
  return {
    database: spec.database,
    user: spec.user,
    sql: spec.sql,
    ...(spec.declared.length === 0 ? {} : { declared: spec.declared.map(typeName) }),
    parameters: spec.parameters.map(typeName),
    columns: spec.columns === null ? null : spec.columns.map(writeColumn),
  };
}

function writeSession(spec: SessionStart): Plain {
  return {
    database: spec.database,
    user: spec.user,
    protocol: `3.${spec.minor}`,
    authentication: spec.authentication,
    encryption: spec.encryption,
    options: spec.options.map(([name, value]) => ({ name, value })),
    replies: writeReplies(spec.replies, []),
  };
}

/** The name where the OID has one that every server knows; 0 is a type that nobody has named. */
function typeName(oid: number): string | number {
  return typeByOid(oid)?.name ?? oid;
}
