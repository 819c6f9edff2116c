/** The secrets in the values of headers that carry them by nature: credentials after their scheme, cookies one by one. */
import { classOfName } from "./names.ts";
import { type Span, spanOf } from "./span.ts";
import { isTrivial } from "./strength.ts";

const SCHEME = /^\s*([A-Za-z][\w-]*)\s+/;
/** Schemes whose credentials are one word. */
const ONE_WORD = /^\s*[A-Za-z][\w-]*\s+([^\s,;=]+=*)\s*$/;
/** `k=v` and `k="v"` of Digest, Hawk, OAuth and the clouds' signatures. */
const PARAMETER = /([A-Za-z][\w-]*)\s*=\s*(?:\\*"([^"\\]*)\\*"|([^\s,;"\\]+))/g;
const PROOFS = new Set(["response", "signature", "mac", "credential", "oauth_signature", "oauth_token", "token", "key", "apikey"]); // prettier-ignore

/** Of `Authorization` and its like. */
export function authorizationSpans(value: string): Span[] {
  const scheme = SCHEME.exec(value)?.[1]?.toLowerCase();
  if (scheme === undefined) return isTrivial(value.trim()) ? [] : [trimmed(value, 0, value.length, "authorization")];
  if (scheme === "basic") {
    const [, word = ""] = ONE_WORD.exec(value) ?? [];
    const from = value.lastIndexOf(word);
    if (word !== "") return [{ ...spanOf(from, from + word.length, "basic-auth"), holds: "basic" }];
  }
  const parameters = [...value.matchAll(PARAMETER)];
  const isList = parameters.length > 0 && (parameters.length > 1 || !ONE_WORD.test(value));
  if (!isList) {
    const from = SCHEME.exec(value)?.[0].length ?? 0;
    return isTrivial(value.slice(from).trim()) ? [] : [trimmed(value, from, value.length, "authorization")];
  }
  return parameters.flatMap((match) => {
    const [whole, name = "", quoted, bare] = match;
    const text = quoted ?? bare ?? "";
    if (!PROOFS.has(name.toLowerCase()) && classOfName(name) === null) return [];
    if (isTrivial(text)) return [];
    const to = match.index + whole.length - (quoted === undefined ? 0 : (/\\*"$/.exec(whole)?.[0].length ?? 0));
    // The scope behind a cloud's key id is public.
    const secret = /^credential$/i.test(name) ? (text.split("/")[0] ?? text) : text;
    return [spanOf(to - text.length, to - text.length + secret.length, `authorization-${name}`)];
  });
}

/** Of `Cookie`: every value but those that plainly say something. */
export function cookieSpans(value: string): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const part of value.split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0) spans.push(...cookieSpan(part.slice(0, equals).trim(), part.slice(equals + 1), at + equals + 1));
    at += part.length + 1;
  }
  return spans;
}

/** Of `Set-Cookie`: its first pair; what follows says how long and where it holds. */
export function setCookieSpans(value: string): Span[] {
  const [pair = ""] = value.split(";", 1);
  const equals = pair.indexOf("=");
  return equals > 0 ? cookieSpan(pair.slice(0, equals).trim(), pair.slice(equals + 1), equals + 1) : [];
}

/** Words, locales, small numbers and switches. */
const PLAIN = /^(?:[a-z]{1,12}|[a-z]{2}[-_][A-Za-z]{2}|\d{1,6}|[A-Z][a-z]+\/[A-Z][A-Za-z_]+)$/;
const PRIVATE = /sess|sid|auth|token|jwt|csrf|xsrf|remember|login|secret|user|ident|credential/i;

function cookieSpan(name: string, text: string, at: number): Span[] {
  const value = text.trim();
  const from = at + text.indexOf(value);
  const inner = /^"(.*)"$/.exec(value)?.[1];
  const [start, bare] = inner === undefined ? [from, value] : [from + 1, inner];
  if (isTrivial(bare) || (PLAIN.test(bare) && !PRIVATE.test(name))) return [];
  return [spanOf(start, start + bare.length, `cookie-${name}`, "url")];
}

function trimmed(value: string, from: number, to: number, kind: string): Span {
  const text = value.slice(from, to);
  const start = from + (text.length - text.trimStart().length);
  return spanOf(start, start + text.trim().length, kind);
}
