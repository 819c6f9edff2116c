/**
 * What a request is matched by: user, database, SQL and the values bound to it, whatever format they came in.
 *
 * Statement and portal names, process ids and secrets never reach a key. A query in a transaction that has failed has a
 * key of its own, since the server refuses it unread.
 */
import type { Key } from "../../core/pool.ts";
import { canonicalSql, withoutCursor } from "./sql.ts";
import type { CopySent, Execution, Parameter, PostgresSpec, Statement } from "./spec.ts";
import { canonicalValue } from "./values.ts";

const ASKED_WIDTH = 160;
const VALUE_WIDTH = 40;

/** The one function for recorded specs and for what is asked. */
export function keyOf(spec: PostgresSpec): Key {
  if (spec.type === "session") {
    const text = JSON.stringify(["session", spec.database, spec.user]);
    return { text, shape: SESSION_SHAPE, asked: `connect to ${spec.database} as ${spec.user}` };
  }
  if (spec.type === "statement") return statementKey(spec);
  const sql = comparedSql(spec);
  const values = spec.parameters.map(canonicalValue);
  const copies = spec.replies.flatMap((each) => (each.reply === "copyIn" ? [copyText(each.sent)] : []));
  const place = placeOf(spec);
  const text = JSON.stringify([place, spec.database, spec.user, sql, spec.cursor, values, copies]);
  return { text, shape: shapeOf(place, sql), asked: askedLine(sql, spec.parameters) };
}

/** How sessions are recalled. */
export const SESSION_SHAPE = "session";

/** Where an execution belongs: `run`, in a failed transaction, refused at Parse, or one that copies in. */
export type Place = "run" | "aborted" | "refused" | "copy";

export function shapeOf(place: Place | "describe", canonical: string): string {
  return `${place}: ${canonical}`;
}

function placeOf(spec: Execution): Place {
  if (spec.transaction.before === "E") return "aborted";
  if (spec.stage === "parse") return "refused";
  return spec.replies.some((each) => each.reply === "copyIn") ? "copy" : "run";
}

function comparedSql(spec: Execution): string {
  const canonical = canonicalSql(spec.sql);
  return spec.cursor === null ? canonical : withoutCursor(canonical);
}

function statementKey(spec: Statement): Key {
  const sql = canonicalSql(spec.sql);
  const text = JSON.stringify(["describe", spec.database, spec.user, sql, spec.declared]);
  return { text, shape: shapeOf("describe", sql), asked: `describe ${askedLine(sql, [])}` };
}

/** Long data by its digest. */
function copyText({ data, end }: CopySent): string {
  if (end === "cut") return end;
  return `${end} ${data.length} ${new Bun.CryptoHasher("sha256").update(data).digest("hex")}`;
}

/** `SELECT … WHERE id = $1 [8]`. */
function askedLine(sql: string, parameters: readonly Parameter[]): string {
  const line = sql.replace(/\s+/g, " ");
  const half = ASKED_WIDTH / 2;
  const short = line.length <= ASKED_WIDTH ? line : `${line.slice(0, half - 1)}…${line.slice(-half)}`;
  if (parameters.length === 0) return short === "" ? "(empty query)" : short;
  const values = parameters.map(({ value }) => {
    if (value === null) return "NULL";
    const text =
      typeof value === "string" ? value : `\\x${Buffer.from(value.subarray(0, VALUE_WIDTH)).toString("hex")}`;
    return text.length <= VALUE_WIDTH ? text : `${text.slice(0, VALUE_WIDTH - 1)}…`;
  });
  return `${short} [${values.join(", ")}]`;
}
