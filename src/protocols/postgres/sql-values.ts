/**
 * The values that a client has written into a statement, and what is left of it without them. Clients that bind nothing
 * (psycopg2, PDO's emulation) send their ids and instants so.
 */

/** A comment, a string in one of its spellings, a quoted name, a parameter, a number that no name holds, or white space. */
const TOKEN =
  /\/\*(?:(?!\*\/)[^])*\*\/|--[^\n]*|[eE]'(?:[^'\\]|\\[^]|'')*'|(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'|\$([A-Za-z_]\w*)?\$[^]*?\$\1\$|"(?:[^"]|"")*"|[\w$\u0080-\uffff]+(?:\.\d+)?(?:[eE][-+]\d+)?|\s+/g;
const NUMBER = /^\d[\d.]*(?:[eE][-+]?\d+)?$/;

/** A statement with `?` for each value in it, white space evened out; and the values, without their quotes. */
export function valuesOf(sql: string): { readonly shape: string; readonly values: readonly (string | number)[] } {
  const values: (string | number)[] = [];
  const shape = sql.replace(TOKEN, (token, tag: string | undefined) => {
    if (/^\s/.test(token)) return " ";
    const value = valueOf(token, tag ?? "");
    if (value === null) return token;
    values.push(value);
    return "?";
  });
  return { shape, values };
}

function valueOf(token: string, tag: string): string | number | null {
  if (NUMBER.test(token)) return String(Number(token)) === token ? Number(token) : token;
  if (/^\$\w*\$/.test(token)) return token.slice(tag.length + 2, -tag.length - 2);
  if (!token.endsWith("'") || /^(?:--|\/\*)/.test(token)) return null;
  return token.slice(token.indexOf("'") + 1, -1).replaceAll("''", "'");
}
