/**
 * Takes secrets out of plain data on its way to a file: values by the names of their fields, by their form, and wherever else
 * a value stands that is known to be one. What it leaves in their place is read back by `restorer.ts`. It knows no format
 * and no kind of document; only that fields have names, that columns stand before rows, and that a statement names its values.
 */
import { isUtf8 } from "node:buffer";
import { type Encoding, encodings, readSpan } from "./encodings.ts";
import { jsonTexts } from "./json-texts.ts";
import { nameKeywords, namedValueAt, spansOfNamed } from "./named-values.ts";
import { classOfName } from "./names.ts";
import { escapePlaceholders, OPENING } from "./placeholders.ts";
import { type Span, spanOf, withoutOverlap } from "./span.ts";
import { isTrivial } from "./strength.ts";
import { tokenRules } from "./token-rules.ts";
import { isAt, NO_USER_RULES, type UserRules } from "./user-rules.ts";
import { type Spelling, Vault } from "./vault.ts";

/** Bytes in which placeholders stand: a character a byte. */
export class SplicedBytes {
  readonly latin1: string;

  constructor(latin1: string) {
    this.latin1 = latin1;
  }
}

export interface RedactorOptions {
  /** As `Peer.surroundings`. */
  readonly surroundings: readonly string[];
  readonly rules: UserRules;
}

interface KeywordHit {
  readonly keyword: number;
  readonly at: number;
}

type Found = Span & { readonly known?: Spelling };

interface Manner {
  readonly also: readonly Span[];
  /** Bytes that are no text, in which anything may look like anything. */
  readonly isBinary: boolean;
}

const KEYWORDS = [...tokenRules.map(({ keyword }) => keyword), ...nameKeywords, OPENING];
const FIRST_NAME = tokenRules.length;
const BRACES = KEYWORDS.length - 1;
const BASE64_RUN = /[A-Za-z0-9+/_-]/;
const READABLE = /^[\t\n\r\x20-\x7e\u00a0-\uffff]*$/;

/** The text part of redaction; `document-redactor.ts` walks through data with it. */
export class Redactor {
  readonly vault: Vault;
  readonly #rules: UserRules;

  constructor({ surroundings, rules }: RedactorOptions = { surroundings: [], rules: NO_USER_RULES }) {
    this.#rules = rules;
    this.vault = new Vault(KEYWORDS, surroundings, (text) => this.text(text, "", NOWHERE));
  }

  /** Whether rules depend on where a text stands. */
  get needsPlaces(): boolean {
    return this.#rules.paths.length > 0 || this.#rules.exceptPaths.length > 0;
  }

  /** Whether there is anything in it to look at closer. */
  isSuspect(text: string): boolean {
    return this.vault.scan.of(text) !== null;
  }

  /** The same text where nothing is secret in it. `also`: spans that the caller knows of. */
  text(text: string, name: string, place: readonly string[], also: readonly Span[] = []): string {
    return this.#text(text, name, place, { also, isBinary: false });
  }

  #text(text: string, name: string, place: readonly string[], { also, isBinary }: Manner): string {
    const found: Found[] = [];
    const kind = classOfName(name);
    const hits = text.length < SHORTEST && kind === null ? null : this.vault.scan.of(text);
    let isEscaped = false;
    const named: Span[] = [];
    if (hits !== null) {
      isEscaped = hits.keywords.some(({ keyword }) => keyword === BRACES);
      this.#ofKeywords(text, hits.keywords, found, named);
      if (isBinary) for (const spans of [found, named]) keepReadable(text, spans);
      for (const { needle, at } of hits.needles) found.push(knownSpan(text, at, needle.text.length, needle.owner));
    }
    // Of equal spans the first counts: a form says more than a name, and the name of a field more than a word.
    if (kind !== null) found.push(...spansOfNamed(text, kind, name, "plain"));
    found.push(...also, ...named);
    const alone = found.length === 0 ? this.vault.aloneKind(text) : undefined;
    if (alone !== undefined) found.push(spanOf(0, text.length, alone));
    this.#byUser(text, place, found);
    return found.length === 0 && !isEscaped ? text : this.#replaced(text, this.#allowed(text, found, place), isEscaped);
  }

  /** The same text where no value stands in it that is known to be a secret; for text that nobody reads back. */
  known(text: string): string {
    const found = (this.vault.scan.of(text)?.needles ?? []).map(({ needle, at }) =>
      knownSpan(text, at, needle.text.length, needle.owner),
    );
    return found.length === 0 ? text : this.#replaced(text, found, false);
  }

  /** Bytes as they are, or with placeholders in them. */
  bytes(bytes: Uint8Array, name: string, place: readonly string[]): Uint8Array | SplicedBytes {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const manner = { also: [], isBinary: !isUtf8(buffer) };
    // A large one is looked through in parts, so that it need not become text as a whole where nothing is in it.
    if (bytes.length > PART * 2 && classOfName(name) === null && !this.#isAnyPartSecret(buffer, name, place, manner))
      return bytes;
    const latin1 = buffer.toString("latin1");
    const redacted = this.#text(latin1, name, place, manner);
    return redacted === latin1 ? bytes : new SplicedBytes(redacted);
  }

  #isAnyPartSecret(buffer: Buffer, name: string, place: readonly string[], manner: Manner): boolean {
    for (let at = 0; at < buffer.length; at += PART) {
      const part = buffer.toString("latin1", at, at + PART + LONGEST);
      if (this.#text(part, name, place, manner) !== part) return true;
    }
    return false;
  }

  /** By rules into `found`, by the names in the text into `named`. */
  #ofKeywords(text: string, hits: readonly KeywordHit[], found: Found[], named: Span[]): void {
    let from = 0;
    for (const { keyword, at } of hits) {
      if (keyword < FIRST_NAME) found.push(...ofRule(text, keyword, at));
      else if (keyword !== BRACES && at >= from) {
        const { spans, to } = namedValueAt(text, at);
        named.push(...spans);
        from = to;
      }
    }
  }

  #byUser(text: string, place: readonly string[], found: Found[]): void {
    for (const { kind, pattern } of this.#rules.regexes) {
      for (const match of text.matchAll(pattern)) {
        const value = match[1] ?? match[0];
        const from = match.index + match[0].indexOf(value);
        if (value !== "") found.push(spanOf(from, from + value.length, kind, surroundOf(value)));
      }
    }
    if (this.#rules.paths.length === 0) return;
    for (const { kind, path } of this.#rules.paths) {
      if (isAt(place, path)) found.push(spanOf(0, text.length, kind));
    }
    if (!/^\s*[[{]/.test(text)) return;
    for (const { path: names, from, to } of jsonTexts(text)) {
      const rule = this.#rules.paths.find(({ path }) => isAt([...place, ...names], path));
      if (rule !== undefined) found.push(spanOf(from, to, rule.kind, "json"));
    }
  }

  #allowed(text: string, found: readonly Found[], place: readonly string[]): readonly Found[] {
    const { exceptPaths, exceptValues } = this.#rules;
    if (exceptPaths.length === 0 && exceptValues.length === 0) return found;
    if (exceptPaths.some((path) => isAt(place, path))) return [];
    const places = exceptPaths.length > 0 && /^\s*[[{]/.test(text) ? jsonTexts(text) : [];
    return found.filter((span) => {
      const inside = places.find(({ from, to }) => span.from >= from && span.to <= to);
      if (inside !== undefined && exceptPaths.some((path) => isAt([...place, ...inside.path], path))) return false;
      return !exceptValues.some((pattern) => pattern.test(text.slice(span.from, span.to)));
    });
  }

  #replaced(text: string, found: readonly Found[], isEscaped: boolean): string {
    const escape = isEscaped ? escapePlaceholders : (part: string) => part;
    let out = "";
    let from = 0;
    for (const span of withoutOverlap(found)) {
      out += escape(text.slice(from, span.from)) + this.#placeholder(text.slice(span.from, span.to), span);
      from = span.to;
    }
    return out + escape(text.slice(from));
  }

  #placeholder(word: string, span: Found): string {
    const { known } = span;
    if (known?.within === true) return this.#encoded(word, known.kind);
    if (known !== undefined) return this.vault.nameFor(known.value, known.kind, known.encoding);
    if (span.holds === "basic") return this.#basic(word);
    const { value, encoding } = readSpan(word, span.surround);
    return this.vault.nameFor(value, span.kind, encoding, span.open);
  }

  /** The user is shown, the password is a secret of its own. */
  #basic(word: string): string {
    const decoded = Buffer.from(word, "base64").toString();
    const encoding = base64Of(decoded, word);
    const colon = decoded.indexOf(":");
    if (encoding === null || colon < 0) return this.vault.nameFor(word, "basic-auth", null);
    const password = decoded.slice(colon + 1);
    const user = this.text(decoded.slice(0, colon), "", NOWHERE);
    const text = `${user}:${isTrivial(password) ? password : this.vault.nameFor(password, "password", null)}`;
    if (text === decoded) return this.vault.nameFor(decoded, "basic-auth", encoding);
    const { name } = this.vault.partly(decoded, "basic-auth", text);
    return `{{secret.${name}:${encoding}}}`;
  }

  /** Base64 in which a secret is: with its public parts shown, if it is text. */
  #encoded(word: string, kind: string): string {
    const decoded = Buffer.from(word, "base64").toString();
    const encoding = base64Of(decoded, word);
    if (encoding === null || !READABLE.test(decoded)) return this.vault.nameFor(word, kind, null);
    const text = this.text(decoded, "", NOWHERE);
    if (text === decoded) return this.vault.nameFor(word, kind, null);
    return `{{secret.${this.vault.partly(decoded, `encoded-${kind}`, text).name}:${encoding}}}`;
  }
}

const NOWHERE: readonly string[] = [];
const SHORTEST = 4;
const PART = 1 << 20;
/** No secret is longer than this; it may lie across the border of two parts. */
const LONGEST = 32 << 10;

/** Among bytes without a pattern, `pwd=` comes up in each hundred megabytes or so; this many readable ones in a row do not. */
const READABLE_LEAST = 11;
const isReadable = (code: number): boolean => (code >= 0x20 && code < 0x7f) || (code >= 9 && code <= 13);

/** Leaves the spans that lie in text, as there may be among other bytes. */
function keepReadable(text: string, spans: Found[]): void {
  const kept = spans.filter(({ from, to }) => {
    for (let at = from; at < to; at++) if (!isReadable(text.charCodeAt(at))) return false;
    let [start, end] = [from, to];
    while (end - start < READABLE_LEAST && start > 0 && isReadable(text.charCodeAt(start - 1))) start--;
    while (end - start < READABLE_LEAST && end < text.length && isReadable(text.charCodeAt(end))) end++;
    return end - start >= READABLE_LEAST;
  });
  spans.splice(0, spans.length, ...kept);
}

const base64Of = (decoded: string, word: string): Encoding | null =>
  (["base64", "base64bare", "base64url"] as const).find((name) => encodings[name](decoded) === word) ?? null;

/** What a run of characters must be read as, where nothing else says so. */
const surroundOf = (word: string): Span["surround"] => {
  if (word.includes("\\\\")) return "json2";
  return word.includes("\\") ? "json" : word.includes("%") ? "url" : "plain";
};

function ofRule(text: string, index: number, at: number): readonly Span[] {
  const rule = tokenRules[index];
  if (rule === undefined) return [];
  const from = rule.before === "word" ? wordAt(text, at) : at - (rule.before ?? 0);
  if (from < 0) return [];
  if (/\w/.test(text[from] ?? "") && /[A-Za-z0-9_]/.test(text[from - 1] ?? "") && !isCoded(text, from)) return [];
  rule.pattern.lastIndex = from;
  const match = rule.pattern.exec(text);
  if (match === null) return [];
  const secret = match[1] ?? match[0];
  const start = from + match[0].lastIndexOf(secret);
  return [{ ...spanOf(start, start + secret.length, rule.kind, surroundOf(secret)), open: rule.open }];
}

const LONGEST_WORD = 300;

/** Where it begins, as shells and quotes have it. */
function wordAt(text: string, at: number): number {
  let from = at;
  while (from > 0 && at - from < LONGEST_WORD && !/[\s"'<>`]/.test(text[from - 1] ?? "")) from--;
  return from;
}

/** What stands before it is a sign that is spelt with letters: `%3D`, `\n`, `\u003d`. */
const isCoded = (text: string, at: number): boolean =>
  /(?:%[0-9A-Fa-f]{2}|\\[nrt]|\\u[0-9a-f]{4})$/.test(text.slice(Math.max(0, at - 6), at));

/** A known value where it stands; in Base64, all of the run that it is in. */
function knownSpan(text: string, at: number, length: number, owner: Spelling): Found {
  let [from, to] = owner.quoted === true ? [at + 1, at + length - 1] : [at, at + length];
  if (owner.within) {
    while (BASE64_RUN.test(text[from - 1] ?? "")) from--;
    while (BASE64_RUN.test(text[to] ?? "")) to++;
    while (text[to] === "=") to++;
  }
  return { ...spanOf(from, to, owner.kind), known: owner };
}
