/**
 * What can be told of a statement from its text, without parsing SQL: its shape and the values written into it, whether
 * it only sets a session up, and which database it goes to.
 */

/** A comment, a string, a quoted name, a number that no name holds, or white space. */
const TOKEN =
  /\/\*(?!!)(?:(?!\*\/)[^])*\*\/|(?:--(?=\s)|#)[^\n]*|(?:[xXbBnN])?'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`(?:[^`]|``)*`|[\w$@\u0080-\uffff]+(?:\.\d+)?(?:[eE][-+]\d+)?|\s+/g;
const NUMBER = /^(?:\d[\d.]*(?:[eE][-+]?\d+)?|0[xX][\da-fA-F]+)$/;
const TRACE_COMMENT = /\s*\/\*(?:(?!\*\/)[^])*\btraceparent\s*=(?:(?!\*\/)[^])*\*\/\s*/g;
const USE = /^use\s+(?:`((?:[^`]|``)+)`|([^\s;`]+))$/i;

/** Answered without the program's data, and asked by drivers and pools when it suits them. */
const SESSION_VERBS = new Set("begin start set use show rollback savepoint release reset".split(" "));
const PING =
  /^select\s+(?:\d+|'[^']*'|null|true|version\(\)|database\(\)|schema\(\)|connection_id\(\)|current_user\(\)|user\(\))(?:\s+as\s+[\w`"]+)?(?:\s+from\s+dual)?(?:\s+limit\s+1)?$/i;
const VARIABLES = /^select\s+(?:@@[\w.]+(?:\s+as\s+[\w`"']+)?(?:\s*,\s*|$|\s+limit\s+1$))+$/i;
const CATALOG = /\b(?:from|join)\s+`?(?:information_schema|performance_schema|mysql)`?\s*\./i;

/** The text as it is compared: the ends trimmed, tracers' comments taken out. */
export function canonicalSql(sql: string): string {
  const plain = sql.includes("traceparent") ? sql.replace(TRACE_COMMENT, " ") : sql;
  return plain.replace(/^\s+/, "").replace(/[\s;]+$/, "");
}

/** A statement with `?` for each value in it, white space evened out; and the values. */
export function shapeOf(canonical: string): { readonly shape: string; readonly values: readonly string[] } {
  const values: string[] = [];
  const shape = canonical.replace(TOKEN, (token) => {
    const first = token[0] ?? "";
    if (/\s/.test(first)) return " ";
    if (token.endsWith("'") || first === '"' || NUMBER.test(token)) {
      values.push(token);
      return "?";
    }
    return token;
  });
  return { shape, values };
}

/** Whether a pool or driver asks it at times of its own choosing, and the answer stays the same. */
export function isSessionStatement(canonical: string): boolean {
  const bare = canonical.replace(/^(?:\/\*(?!!)(?:(?!\*\/)[^])*\*\/\s*)+/, "");
  const verb = /^[a-z]*/i.exec(bare)?.[0].toLowerCase() ?? "";
  return SESSION_VERBS.has(verb) || PING.test(bare) || VARIABLES.test(bare) || (verb === "select" && CATALOG.test(bare)); // prettier-ignore
}

/** The database that a USE statement goes to. */
export function usedDatabase(sql: string): string | undefined {
  if (sql.length > 512) return undefined;
  const found = USE.exec(canonicalSql(sql));
  return found?.[1]?.replaceAll("``", "`") ?? found?.[2];
}
