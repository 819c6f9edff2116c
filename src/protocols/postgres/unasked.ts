/**
 * Answers that follow from the statement itself, so that no recording is needed for them: an empty query and a constant
 * (how pools check a connection that lay idle, which depends on time alone), ROLLBACK and DEALLOCATE (which follow from a
 * miss or another pool), and the name that a client gives itself, which often holds a host or a process. Whatever reads or changes data is asked of the pool and never made up here.
 */
import { statusAfterError, statusAfterTag } from "./transaction.ts";
import { encodeRows } from "./data-row.ts";
import { foldName, isRollback, verbOf } from "./sql.ts";
import type { Column, Execution, Reply } from "./spec.ts";

const CONSTANT =
  /^select\s+(?:(\d{1,9})|'([^'\\]*)'|(null)|(true|false))(?:\s+(?:as\s+)?("(?:[^"]|"")+"|[a-z_]\w*))?$/i;
const OWN_NAME = /^set\s+(?:session\s+)?application_name\s*(?:=|\sto\s)\s*'((?:[^'\\]|'')*)'$/i;
const Type = { bool: [16, 1], int4: [23, 4], text: [25, -1] } as const;

/** The replies to such a statement, the columns first where it has any; undefined for any other. */
export function unaskedReplies(canonical: string): readonly Reply[] | undefined {
  const verb = verbOf(canonical);
  if (verb === "") return [{ reply: "empty" }];
  if (isRollback(canonical)) return [{ reply: "tag", tag: "ROLLBACK" }];
  if (verb === "deallocate") {
    return [{ reply: "tag", tag: /\ball$/i.test(canonical) ? "DEALLOCATE ALL" : "DEALLOCATE" }];
  }
  return verb === "set" ? ownName(canonical) : verb === "select" ? constant(canonical) : undefined;
}

/** An execution that was never recorded, and what its replies do to the transaction. */
export function madeUp(asked: Execution, replies: readonly Reply[]): Execution {
  const { before } = asked.transaction;
  const last = replies.at(-1);
  const after =
    last?.reply === "error"
      ? statusAfterError(before)
      : last?.reply === "tag"
        ? statusAfterTag(before, last.tag, asked.sql)
        : before;
  return { ...asked, replies, transaction: { before, after } };
}

function ownName(canonical: string): readonly Reply[] | undefined {
  const name = OWN_NAME.exec(canonical)?.[1];
  if (name === undefined) return undefined;
  const value = name.replaceAll("''", "'");
  return [
    { reply: "parameter", name: "application_name", value },
    { reply: "tag", tag: "SET" },
  ];
}

function constant(canonical: string): readonly Reply[] | undefined {
  const [whole, int, text, nothing, bool, alias] = CONSTANT.exec(canonical) ?? [];
  if (whole === undefined) return undefined;
  const [type, size] = int !== undefined ? Type.int4 : bool !== undefined ? Type.bool : Type.text;
  const name = alias !== undefined ? foldName(alias) : bool !== undefined ? "bool" : "?column?";
  const column: Column = { name, table: 0, attribute: 0, type, size, modifier: -1, format: 0 };
  const value = int !== undefined ? String(Number(int)) : bool !== undefined ? bool[0]?.toLowerCase() : text;
  const row = [nothing !== undefined ? null : new TextEncoder().encode(value)];
  return [
    { reply: "columns", columns: [column] },
    { reply: "rows", rows: encodeRows([row]) },
    { reply: "tag", tag: "SELECT 1" },
  ];
}
