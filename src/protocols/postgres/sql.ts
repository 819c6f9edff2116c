/**
 * What can be told of a statement from its text, without parsing SQL: what kind it is, and what in it is volatile.
 *
 * Names that drivers make up (cursors, savepoints, prepared statements) and the comments of tracers differ from run to
 * run, so they do not reach a key. Everything else does, exactly.
 */
import { statementsOf } from "./sql-statements.ts";

const NAME = String.raw`(?:"(?:[^"]|"")*"|[\w$\u0080-\uffff]+)`;
const TRACE_COMMENT = /\s*\/\*(?:(?!\*\/)[^])*\btraceparent\s*=(?:(?!\*\/)[^])*\*\/\s*/g;
const LEADING_COMMENT = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*(?:(?!\*\/)[^])*\*\/)+/;
const DECLARE = new RegExp(String.raw`^(declare\s+)(${NAME})(\s[^]*?\bcursor\b)`, "i");
const CURSOR_USE = new RegExp(String.raw`^((?:fetch|move|close)\b(?:[^]*\b(?:from|in))?\s+)(${NAME})$`, "i");
const SAVEPOINT = new RegExp(
  String.raw`^(savepoint|release(?:\s+savepoint)?|rollback(?:\s+(?:work|transaction))?\s+to(?:\s+savepoint)?)\s+${NAME}$`,
  "i",
);
/** How psycopg asks whether its cursor is still open. */
const CURSOR_LOOKUP = /\b(pg_cursors\s+where\s+name\s*=\s*)'(?:[^']|'')*'$/i;
const DEALLOCATE = new RegExp(String.raw`^(deallocate(?:\s+prepare)?)\s+(?!all$)${NAME}$`, "i");

/** Answered without rows, and nothing but the session or its transaction is another for it. COMMIT is the program's: it writes. */
const SESSION_VERBS = new Set(
  "begin start rollback abort savepoint release set reset discard deallocate listen unlisten close show"
    .split(" ")
    .concat(""),
);
const CATALOG = /\b(pg_catalog|information_schema|pg_type|pg_range|pg_attribute|pg_class|pg_namespace|pg_enum|pg_proc|pg_settings)\b/i; // prettier-ignore
const PING =
  /^select\s+(?:\d+|'[^']*'|null|true|version\(\)|current_schema(?:\(\))?|pg_is_in_recovery\(\)|pg_advisory_unlock_all\(\))(?:\s+as\s+[\w"]+)?$/i;

/** Settings of the session or its transaction, set or asked for by functions. */
const SETTING = /^select\s+(?:(?:set_config|current_setting)\s*\((?:[^()']|'[^']*')*\)(?:\s+as\s+[\w"]+)?(?:\s*,\s*|$))+$/i; // prettier-ignore

/** The text as it is compared: the ends trimmed, tracers' comments and made-up names taken out. */
export function canonicalSql(sql: string): string {
  const plain = sql.includes("traceparent") ? sql.replace(TRACE_COMMENT, " ") : sql;
  const trimmed = plain.replace(/^\s+/, "").replace(/[\s;]+$/, "");
  switch (verbOf(trimmed)) {
    case "declare":
      return trimmed.replace(DECLARE, "$1<cursor>$3");
    case "select":
      return trimmed.replace(CURSOR_LOOKUP, "$1'<cursor>'");
    case "savepoint":
    case "release":
    case "rollback":
      return trimmed.replace(SAVEPOINT, "$1 <savepoint>");
    case "deallocate":
      return trimmed.replace(DEALLOCATE, "$1 <statement>");
    default:
      return trimmed;
  }
}

/** The text with the cursor's name taken out, for where the cursor's query stands in its place. */
export function withoutCursor(canonical: string): string {
  return canonical.replace(CURSOR_USE, "$1<cursor>");
}

/** The first word, in lower case; empty for no statement at all. */
export function verbOf(sql: string): string {
  const text = sql.replace(LEADING_COMMENT, "");
  return /^[a-z]+/i.exec(text)?.[0].toLowerCase() ?? (text.replace(/[\s;]+/g, "") === "" ? "" : text.slice(0, 1));
}

/** The cursor that a DECLARE opens. */
export function declaredCursor(sql: string): string | null {
  const name = verbOf(sql) === "declare" ? DECLARE.exec(sql.trim())?.[2] : undefined;
  return name === undefined ? null : foldName(name);
}

/** The cursor that a FETCH, MOVE or CLOSE names. */
export function usedCursor(sql: string): string | null {
  const verb = verbOf(sql);
  if (verb !== "fetch" && verb !== "move" && verb !== "close") return null;
  const name = CURSOR_USE.exec(sql.trim().replace(/[\s;]+$/, ""))?.[2];
  return name === undefined ? null : foldName(name);
}

/**
 * Set-up or upkeep of a session: how a transaction begins or is given up, SET and its like, pings, and what drivers look up in the catalogs.
 * How often it occurs depends on the pool and not on the program, so an answer may be given again.
 */
export function isUpkeep(sql: string): boolean {
  const canonical = canonicalSql(sql);
  return mayBeUpkeep(verbOf(canonical)) && statementsOf(canonical).every(isOneOfUpkeep);
}

function isOneOfUpkeep(statement: string): boolean {
  const text = statement.replace(LEADING_COMMENT, "").trim();
  const verb = verbOf(text);
  if (SESSION_VERBS.has(verb)) return true;
  return mayBeUpkeep(verb) && [CATALOG, PING, SETTING].some((upkeep) => upkeep.test(text));
}

function mayBeUpkeep(verb: string): boolean {
  return SESSION_VERBS.has(verb) || verb === "select" || verb === "with";
}

/** Whether a transaction that has failed lets it through. */
export function endsTransaction(sql: string): boolean {
  const verb = verbOf(sql);
  return verb === "commit" || verb === "end" || isRollback(sql);
}

/** ROLLBACK and ABORT, to a savepoint or altogether. */
export function isRollback(sql: string): boolean {
  const verb = verbOf(sql);
  return verb === "rollback" || verb === "abort";
}

/** ROLLBACK TO a savepoint: the transaction goes on. */
export function isPartialRollback(sql: string): boolean {
  return /^rollback\s+(?:(?:work|transaction)\s+)?to\b/i.test(sql.replace(LEADING_COMMENT, ""));
}

/** `AND CHAIN`: the next transaction begins at once. */
export function chains(sql: string): boolean {
  return /\band\s+chain[\s;]*$/i.test(sql);
}

/** A name as the server keeps it: unquoted, or in lower case. */
export function foldName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
}
