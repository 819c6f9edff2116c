/**
 * Cuts a text into its statements, as the server's lexer does: a semicolon counts unless it stands in quotes, in dollar
 * quotes or in a comment. Nothing else of SQL is understood here. Backslashes escape in E'…' only, the server's default.
 */

/** Plain text, an E'…' string, a string, a name, a dollar quote, comments, a semicolon, or any one character. */
const TOKEN =
  /[^'"$;/\-eE]+|[eE]'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[^]*?\$\1\$|--[^\n]*|\/\*(?:(?!\*\/)[^])*\*\/|;|[^]/g;

/** At least one, each with its comments and without its semicolon; a last one of nothing is left out. */
export function statementsOf(sql: string): string[] {
  if (!sql.includes(";")) return [sql];
  const statements: string[] = [];
  let from = 0;
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    if (token !== ";") continue;
    statements.push(sql.slice(from, index));
    from = index + 1;
  }
  const last = sql.slice(from);
  return last.trim() === "" && statements.length > 0 ? statements : [...statements, last];
}
