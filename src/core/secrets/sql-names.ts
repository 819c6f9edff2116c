/**
 * Which column a value of a statement is for, as far as its text says: `password = $2`, `INSERT INTO t (id, token) VALUES
 * (?, 'x')`. It reads words and signs, no grammar; where it sees nothing, nothing is named.
 */
import { spanOf, type Span } from "./span.ts";
import { classOfName } from "./names.ts";
import { isTrivial, looksRandom } from "./strength.ts";

interface Token {
  readonly type: "word" | "text" | "parameter" | "sign";
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /--[^\n]*|\/\*[^]*?\*\/|(?<text>[eEnN]?'(?:[^'\\]|''|\\.)*')|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|"(?:[^"]|"")*"|`[^`]*`|\[[A-Za-z_][\w ]*\])|(?<parameter>\$\d+|\?\d*|:[A-Za-z_]\w*|@[A-Za-z_]\w*|%s)|(?<number>\d[\w.]*)|(?<sign>[^\s])/g;

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(TOKEN)) {
    const { text, word, parameter, number, sign } = match.groups ?? {};
    const at = match.index;
    if (text !== undefined) tokens.push({ type: "text", text, at });
    else if (word !== undefined) tokens.push({ type: "word", text: word.replace(/^["`[]|["`\]]$/g, ""), at });
    else if (parameter !== undefined) tokens.push({ type: "parameter", text: parameter, at });
    else if (number !== undefined) tokens.push({ type: "word", text: number, at });
    else if (sign !== undefined) tokens.push({ type: "sign", text: sign, at });
  }
  return tokens;
}

/** What a statement says of its values. */
export interface StatementNames {
  /** Column names by the index of the parameter, from 0. */
  readonly parameters: ReadonlyMap<number, string>;
  /** Secrets written out in the statement. */
  readonly literals: readonly Span[];
}

/** Reads the statement once; long ones (bulk data) are not read. */
export function namesInStatement(sql: string): StatementNames {
  const parameters = new Map<number, string>();
  const literals: Span[] = [];
  if (sql.length > LONGEST) return { parameters, literals };
  const tokens = tokensOf(sql);
  const order = new Map<Token, number>();
  for (const token of tokens) {
    if (token.type !== "parameter") continue;
    const number = /^[$?](\d+)$/.exec(token.text)?.[1];
    order.set(token, number === undefined ? order.size : Number(number) - 1);
  }
  const name = (token: Token | undefined, column: string): void => {
    if (token?.type === "parameter") parameters.set(order.get(token) ?? -1, column);
    if (token?.type === "text") literals.push(...literalSpans(token, column));
  };
  for (const [column, token] of [...compared(tokens), ...inserted(tokens)]) name(token, column);
  return { parameters, literals };
}

const LONGEST = 64 << 10;

function literalSpans({ text, at }: Token, column: string): Span[] {
  const open = text.indexOf("'") + 1;
  const value = text.slice(open, -1);
  const kind = classOfName(column);
  if (kind === null || isTrivial(value) || (kind === "doubtful" && !looksRandom(value))) return [];
  return [spanOf(at + open, at + text.length - 1, column, "sql")];
}

const COMPARING = new Set(["=", "<", ">", "!", "~"]);
const COMPARING_WORDS = new Set(["like", "ilike", "is", "in", "any", "not"]);

/** `column = value`, `column = f(value, …)`, `column IN (value, …)`, `value = column`. */
function* compared(tokens: readonly Token[]): Generator<readonly [string, Token]> {
  for (const [index, token] of tokens.entries()) {
    if (token.type !== "word" || classOfName(token.text) === null) continue;
    let at = index + 1;
    const from = at;
    while (isComparing(tokens[at])) at++;
    if (at === from) continue;
    for (let depth = 0; at < tokens.length; at++) {
      const next = tokens[at];
      if (next === undefined) break;
      if (next.text === "(") depth++;
      else if (next.text === ")") depth--;
      else if (next.type === "text" || next.type === "parameter") yield [token.text, next];
      const isCall = next.type === "word" && tokens[at + 1]?.text === "(";
      if (depth <= 0 && !isCall) break;
    }
  }
}

const isComparing = (token: Token | undefined): boolean =>
  token !== undefined &&
  ((token.type === "sign" && COMPARING.has(token.text)) ||
    (token.type === "word" && COMPARING_WORDS.has(token.text.toLowerCase())));

/** `INSERT INTO t (a, b) VALUES (x, y), (z, w)`. */
function* inserted(tokens: readonly Token[]): Generator<readonly [string, Token]> {
  const into = tokens.findIndex((token) => /^into$/i.test(token.text));
  const values = tokens.findIndex((token, index) => index > into && /^(?:values?|select)$/i.test(token.text));
  if (into < 0 || values < 0) return;
  const open = tokens.findIndex((token, index) => index > into && token.text === "(");
  if (open < 0 || open > values) return;
  const columns = listFrom(tokens, open).items.map((item) => item[0]?.text ?? "");
  if (!columns.some((column) => classOfName(column) !== null)) return;
  for (let at = values + 1; tokens[at]?.text === "(";) {
    const { items, end } = listFrom(tokens, at);
    for (const [index, item] of items.entries()) {
      for (const token of item) if (token.type !== "word" && token.type !== "sign") yield [columns[index] ?? "", token];
    }
    at = tokens[end + 1]?.text === "," ? end + 2 : end + 1;
  }
}

/** The items between a bracket and its end. */
function listFrom(tokens: readonly Token[], open: number): { readonly items: Token[][]; readonly end: number } {
  const items: Token[][] = [[]];
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.text === "(" && token.type === "sign" && ++depth === 1) continue;
    if (token.text === ")" && token.type === "sign" && --depth === 0) return { items, end: at };
    if (token.text === "," && token.type === "sign" && depth === 1) items.push([]);
    else items.at(-1)?.push(token);
  }
  return { items, end: tokens.length };
}
