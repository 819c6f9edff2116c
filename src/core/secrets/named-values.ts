/**
 * Values in running text by the names before them: JSON and JSON within JSON, forms and URLs, XML, multipart, headers, settings,
 * command lines, statements. It knows no format as a whole: from a name it looks at the few characters behind it.
 */
import type { Surround } from "./encodings.ts";
import { authorizationSpans, cookieSpans, setCookieSpans } from "./header-values.ts";
import { classOfName, type NameClass } from "./names.ts";
import { type Span, spanOf } from "./span.ts";
import { isTelling, isTrivial, looksRandom } from "./strength.ts";

/** Parts of names at which to look closer; `names.ts` decides. */
export const nameKeywords = ["pass", "pwd", "secret", "token", "auth", "cookie", "key", "credential", "connectionstring", "connection_string", "sess", "jwt", "bearer", "csrf", "xsrf", "otp", "cvv", "cvc", "pin", "sig", "hmac", "mfa", "salt", "code", "identified", "kty"] as const; // prettier-ignore

const IN_NAME = /[\w.$-]/;
const NAME_MOST = 128;

/** What is found at a name, and where to go on. */
export interface Named {
  readonly spans: readonly Span[];
  readonly to: number;
}

/** `at`: anywhere in a name. */
export function namedValueAt(text: string, at: number): Named {
  let from = at;
  while (from > 0 && at - from < NAME_MOST && IN_NAME.test(text[from - 1] ?? "")) from--;
  let to = at;
  while (to < text.length && to - at < NAME_MOST && IN_NAME.test(text[to] ?? "")) to++;
  // What a URL spells with a percent sign is no part of a name.
  if (text[from - 1] === "%") from = Math.min(at, from + 2);
  const name = wholeName(text, from, to);
  if (name === "kty") return { spans: keySpans(text, from), to };
  const end = to + (/^(?:\]|%5D)/i.exec(text.slice(to, to + 3))?.[0].length ?? 0);
  const kind = classOfName(name);
  const isQueried = /^(?:code|key)$/.test(name) && /[?&]/.test(text[from - 1] ?? "");
  const statement = /^identified$/i.test(name) ? "secret" : isQueried ? "doubtful" : kind;
  if (statement === null) return { spans: [], to };
  const found = valueAfter(text, { name, from, to: end, isOption: text.startsWith("--", from) });
  if (found === null) return { spans: [], to };
  return { spans: judged(text, found, statement, name), to: Math.max(to, found.to) };
}

/** `API key` in a sentence is one name. */
function wholeName(text: string, from: number, to: number): string {
  const name = text.slice(from, to);
  if (!/^(?:key|token|code)$/i.test(name)) return name;
  const before = /(?:^|[^\w])(api|access|secret|auth|private|signing|encryption|license|reset|login)[ \t]$/i.exec(text.slice(Math.max(0, from - 16), from))?.[1]; // prettier-ignore
  return before === undefined ? name : `${before}_${name}`;
}

const KEY_PART = /"(?:d|p|q|dp|dq|qi|k)"\s*:\s*"([\w-]+)"/g;

/** The private members of a JSON Web Key, of which `kty` is another one. */
function keySpans(text: string, at: number): Span[] {
  const from = text.lastIndexOf("{", at);
  const end = text.indexOf("}", at);
  if (from < 0 || end < 0) return [];
  return [...text.slice(from, end).matchAll(KEY_PART)].map((match) => {
    const to = from + match.index + match[0].length - 1;
    return spanOf(to - (match[1]?.length ?? 0), to, "private-key");
  });
}

interface Value {
  readonly from: number;
  readonly to: number;
  readonly surround: Surround;
  /** Several texts, as in a list. */
  readonly items?: readonly (readonly [number, number])[];
}

interface Place {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly isOption: boolean;
}

const JSON_VALUE = /(\\*)"\s*:\s*(?:(\\*)"|\[\s*\\*"|(\d{3,8})(?=\s*[,}\]]))/y;
const SINGLE = /'\s*:\s*'([^'\\\n]*)'/y;
const MULTIPART = /"(?:;[^\r\n]*)?\r?\n(?:[A-Za-z-]+:[^\r\n]*\r?\n)*\r?\n/y;
const ASSIGNED = /\s*(?:=>|:=|==|=|<>|!=)\s*/y;
const ELEMENT = /(?:\s[^<>]*)?>(?:<!\[CDATA\[)?/y;
const SEGMENT = /\/([\w.~%-]{16,})/y;
const LINE = /["']?[ \t]*:[ \t]*/y;
const STATEMENT = /\s+(?:by\s+|as\s+|for\s+\S+\s*=\s*)?(?:password\s*\(?\s*)?(?=')/iy;
/** `{"name":"API_KEY","value":"x"}` */
const PAIR = /(\\*)"\s*,\s*\\*"(?:value|val)\\*"\s*:\s*(?=\\*")/y;
const PROSE = /[ \t]+(?:(?:is|was)[ \t:]+)?["'`]?/y;
const OPTION = /[ \t]+/y;
const BARE = /[^\s&;,"'<>()|\\{}[\]#]+/y;
const WORD = /[^\s"'<>,;\\{}[\]]+/y;

function valueAfter(text: string, place: Place): Value | null {
  return (
    inJson(text, place.to) ??
    inPair(text, place.to) ??
    inMultipart(text, place.to) ??
    assigned(text, place.to) ??
    inElement(text, place) ??
    inPath(text, place) ??
    onLine(text, place) ??
    inStatement(text, place) ??
    inProse(text, place)
  );
}

function inJson(text: string, at: number): Value | null {
  const match = matched(JSON_VALUE, text, at);
  if (match === null) {
    const single = matched(SINGLE, text, at);
    if (single === null) return null;
    const to = at + single[0].length - 1;
    return { from: to - (single[1]?.length ?? 0), to, surround: "plain" };
  }
  const from = at + match[0].length;
  if (match[3] !== undefined) return { from: from - match[3].length, to: from, surround: "plain" };
  const quote = `${match[2] ?? match[1] ?? ""}"`;
  if (match[2] === undefined) return inList(text, from, quote);
  const to = endOfText(text, from, quote);
  return to < 0 ? null : { from, to, surround: quote === '"' ? "json" : quote === '\\"' ? "json2" : "plain" };
}

function inPair(text: string, at: number): Value | null {
  const match = matched(PAIR, text, at);
  return match === null ? null : behindQuote(text, at + match[0].length);
}

/** `from`: where a quote may stand, with backslashes before it as deep as the text lies in others. */
function behindQuote(text: string, from: number): Value | null {
  const quote = /^\\*["']/.exec(text.slice(from, from + 16))?.[0];
  if (quote === undefined) return null;
  if (quote.length === 1 && quote === "'") return quoted(text, from + 1, quote);
  if (quote.endsWith("'")) return null;
  const start = from + quote.length;
  const to = endOfText(text, start, quote);
  return to < 0 ? null : { from: start, to, surround: quote === '"' ? "json" : quote === '\\"' ? "json2" : "plain" };
}

/** `from`: behind the first quote of a list of texts. */
function inList(text: string, from: number, quote: string): Value | null {
  const items: (readonly [number, number])[] = [];
  let at = from;
  for (;;) {
    const to = endOfText(text, at, quote);
    if (to < 0) return null;
    items.push([at, to]);
    const next = /^\s*,\s*\\*"/.exec(text.slice(to + quote.length, to + quote.length + 32));
    if (next === null || items.length > 100) return { from, to, surround: "json", items };
    at = to + quote.length + next[0].length;
  }
}

/**
 * The closing quote: with as many backslashes before it as the opening one. Within the text a quote has twice as many and one
 * more, a backslash before the end twice as many again.
 */
function endOfText(text: string, from: number, quote: string): number {
  const slashes = quote.length - 1;
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = 0;
    while (at - 1 - before >= from && text[at - 1 - before] === "\\") before++;
    if (before % ((slashes + 1) * 2) === slashes) return at - slashes;
  }
  return -1;
}

function inMultipart(text: string, at: number): Value | null {
  const match = matched(MULTIPART, text, at);
  if (match === null) return null;
  const from = at + match[0].length;
  const rest = text.slice(from).search(/\r?\n--/);
  return { from, to: rest < 0 ? text.length : from + rest, surround: "plain" };
}

function assigned(text: string, at: number): Value | null {
  const match = matched(ASSIGNED, text, at);
  if (match === null) return null;
  const from = at + match[0].length;
  const quote = text[from];
  if (quote === "'" || quote === '"') return quoted(text, from + 1, quote);
  if (quote === "\\") return behindQuote(text, from);
  const bare = matched(BARE, text, from);
  return bare === null ? null : { from, to: from + bare[0].length, surround: "url" };
}

/** Quotes are doubled in statements, and after a backslash elsewhere. */
function quoted(text: string, from: number, quote: string): Value | null {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (text[at - 1] === "\\") continue;
    if (quote === "'" && text[at + 1] === quote) at++;
    else return { from, to: at, surround: quote === "'" ? "sql" : "xml" };
  }
  return null;
}

function inElement(text: string, { from: name, to: at }: Place): Value | null {
  if (!/[<:]/.test(text[name - 1] ?? "")) return null;
  const match = matched(ELEMENT, text, at);
  if (match === null) return null;
  const from = at + match[0].length;
  const to = match[0].endsWith("[") ? text.indexOf("]]>", from) : text.indexOf("<", from);
  return to < 0 ? null : { from, to, surround: match[0].endsWith("[") ? "plain" : "xml" };
}

/** `/reset-password/k3J9…`: the part of a path behind the one that names it. */
function inPath(text: string, { from: name, to: at }: Place): Value | null {
  const match = text[name - 1] === "/" ? matched(SEGMENT, text, at) : null;
  if (match === null || !looksRandom(match[1] ?? "")) return null;
  return { from: at + 1, to: at + match[0].length, surround: "url" };
}

function onLine(text: string, { name, from: start, to: at, isOption }: Place): Value | null {
  const isCommand = name === "PASS" && (start === 0 || text[start - 1] === "\n");
  const option = isOption || isCommand ? matched(OPTION, text, at) : null;
  const match = option ?? matched(LINE, text, at);
  if (match === null) return null;
  const from = at + match[0].length;
  const quote = text[from];
  if (quote === "'" || quote === '"') return quoted(text, from + 1, quote);
  if (quote === "\\") return behindQuote(text, from);
  const header = classOfName(name);
  const isHeader = header !== null && header !== "secret" && header !== "doubtful" && header !== "digits";
  const before = text[start - 1] ?? "\n";
  const isFirst = /[\n\r"']/.test(before);
  if (isHeader && isFirst) {
    const end = text.slice(from).search(before === "'" ? /[\r\n']/ : before === '"' ? /[\r\n"]/ : /[\r\n]/);
    return { from, to: end < 0 ? text.length : from + end, surround: "plain" };
  }
  const word = matched(WORD, text, from);
  if (word === null) return null;
  // `token:42` is a key as often as it is a value.
  const isApart = /[ \t]$/.test(match[0]) || looksRandom(word[0]);
  return isApart ? { from, to: from + word[0].length, surround: "plain" } : null;
}

function inStatement(text: string, { to: at }: Place): Value | null {
  const match = matched(STATEMENT, text, at);
  return match === null ? null : quoted(text, at + match[0].length + 1, "'");
}

/** `password k3J9x`, `Your API key is k3J9x`: only what can hardly be a word. */
function inProse(text: string, { to: at }: Place): Value | null {
  const match = matched(PROSE, text, at);
  if (match === null) return null;
  const from = at + match[0].length;
  const word = (matched(WORD, text, from)?.[0] ?? "").replace(/[.!?)`]+$/, "");
  const isNoWord = /\d/.test(word) && /[A-Za-z]/.test(word) && word.length >= 8 && isTelling(word);
  return isNoWord ? { from, to: from + word.length, surround: "plain" } : null;
}

function judged(text: string, value: Value, kind: NameClass, name: string): Span[] {
  const parts = value.items ?? [[value.from, value.to] as const];
  return parts.flatMap(([from, to]) => {
    const word = text.slice(from, to);
    const spans = spansOfNamed(word, kind, name, value.surround);
    return spans.map((span) => ({ ...span, from: from + span.from, to: from + span.to }));
  });
}

/** The secrets in a value that has a name. */
export function spansOfNamed(value: string, kind: NameClass, name: string, surround: Surround): Span[] {
  switch (kind) {
    case "authorization":
      return authorizationSpans(value);
    case "cookie":
      return value.includes("=") ? cookieSpans(value) : [];
    case "setCookie":
      return setCookieSpans(value);
    case "digits":
      return /^\d{3,8}$/.test(value) ? [spanOf(0, value.length, name, surround)] : [];
    case "doubtful":
      if (looksRandom(value)) return [spanOf(0, value.length, name, surround)];
      return [...value.matchAll(PART)].flatMap((match) => {
        const part = match[1] ?? "";
        const to = match.index + match[0].length;
        return looksRandom(part) ? [spanOf(to - part.length, to, name, surround)] : [];
      });
    case "secret":
      return isTrivial(value) ? [] : [spanOf(0, value.length, name, surround)];
  }
}

/** `t=1,v1=ab…`, `sha256=ab…` */
const PART = /(?:^|[,;\s])\w+=([^,;\s&]+)/g;

function matched(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
