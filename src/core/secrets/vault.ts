/**
 * The secrets of one test set: each value with the name that stands for it, the same one wherever it stands. It also knows
 * in which spellings they may stand elsewhere. What it holds goes into two files: values into one that nobody commits,
 * forms into one that everybody has. Counterpart: `restorer.ts`.
 */
import { type Encoding, encodings, spellings } from "./encodings.ts";
import { formOf } from "./form.ts";
import { findHashes, type HashShape } from "./hashes.ts";
import { readJwt, signatureOf } from "./jwt.ts";
import { type KnownValue, valuesIn } from "./known-values.ts";
import { fillPlaceholders, placeholder } from "./placeholders.ts";
import { type Needle, Scan } from "./scan.ts";
import { stemOf } from "./span.ts";
import { isTelling, isTellingAlone } from "./strength.ts";
import { tokenRules } from "./token-rules.ts";

/** What takes a value's place where the value is missing; plain data, as in the file. */
export interface Shape {
  /** The form of the value (`form.ts`). */
  readonly like?: string;
  /** The value itself, with placeholders for what is secret in it. */
  readonly text?: string;
  /** Of a JSON Web Token: header and claims as they are, and the form of the signature. */
  readonly jwt?: { readonly header: string; readonly payload: string; readonly signature: string };
  /** It is a hash of another secret. */
  readonly hash?: HashShape;
  /** Where the app's surroundings had the value, or the key that signed the token. */
  readonly from?: string;
}

export interface Secret {
  readonly name: string;
  readonly kind: string;
  readonly value: string;
  readonly shape: Shape;
}

/** A spelling of a secret that may stand anywhere. `within`: it is part of a longer run of Base64. */
export interface Spelling {
  readonly value: string;
  readonly kind: string;
  readonly encoding: Encoding | null;
  readonly within: boolean;
  /** It is found with quotes about it, which stay. */
  readonly quoted?: boolean;
}

/** Of so many of the last secrets the spellings are looked for. */
const LOOKED_FOR = 4096;
/** YAML doubles it, escapes it, or breaks its lines. */
const AWKWARD = /['\n\r\t\u007f-\uffff]/;
/** What tells itself by its form is found wherever it stands. */
const FORMS = new Set(tokenRules.map(({ kind }) => kind));
const SHORTEST_SPELLING = 8;
/** A key that has signed none of so many tokens signs none. */
const TRIES = 8;

export class Vault {
  readonly scan: Scan<Spelling>;
  readonly #byValue = new Map<string, Secret>();
  readonly #byName = new Map<string, Secret>();
  readonly #counts = new Map<string, number>();
  readonly #needles: Needle<Spelling>[][] = [];
  readonly #sources: ReadonlyMap<string, KnownValue>;
  readonly #sourceOf = new Map<string, string>();
  readonly #isLookedFor = new Set<string>();
  readonly #alone = new Map<string, string>();
  #signing: string | null = null;
  #tries = 0;
  readonly #named: string[] = [];
  readonly #used: string[] = [];
  readonly #parts: string[] = [];

  readonly #inside: (text: string) => string;

  /**
   * `keywords`: what else the scan is to find. `surroundings` as in `Peer`. `inside` takes secrets out of what is shown of
   * a value.
   */
  constructor(keywords: readonly string[], surroundings: readonly string[], inside: (text: string) => string) {
    this.scan = new Scan(keywords);
    this.#inside = inside;
    this.#sources = valuesIn(surroundings);
    for (const { source, value, isSecret } of this.#sources.values()) {
      if ((isSecret || isTelling(value)) && !this.#sourceOf.has(value)) this.#sourceOf.set(value, source);
      if (isSecret && isTelling(value)) this.#look(value, stemOf(source));
    }
  }

  get all(): readonly Secret[] {
    return [...this.#byName.values()];
  }

  /** Finds out which of them are hashes of others; that takes a while where hashes are meant to. */
  relate(): void {
    for (const [name, hash] of findHashes(this.all)) {
      const secret = this.#byName.get(name);
      if (secret?.shape.like !== undefined) this.#byName.set(name, { ...secret, shape: { ...secret.shape, hash } });
    }
  }

  /** How many were told by their names and not by their form: they may stand in what was seen before. */
  get namedCount(): number {
    return this.#named.length;
  }

  /** Whether a file's text may hold one of them; those that YAML writes with other characters are told by a part that it does not. */
  mayHold(text: string): boolean {
    return (this.scan.of(text)?.needles.length ?? 0) > 0 || this.#parts.some((part) => text.includes(part));
  }

  /** Values for whom placeholders were made since this was asked last. */
  takeUsed(): readonly string[] {
    return this.#used.splice(0);
  }

  /** Passwords and addresses of the environment, which replay needs although no traffic shows them. */
  get kept(): ReadonlyMap<string, string> {
    const kept = [...this.#sources.values()].filter(
      ({ source, isSecret }) => /^[A-Z][A-Z0-9_]*$/.test(source) && ((isSecret && /PASS|PWD/.test(source)) || this.#sources.has(`${source}#password`)), // prettier-ignore
    );
    return new Map(kept.map(({ source, value }) => [`env.${source}`, value]));
  }

  /** The secret of that value; the first time it gets a name of its kind. */
  secretOf(value: string, kind: string, open = 0): Secret {
    return this.#known(value) ?? this.#take(value, kind, this.#shapeOf(value, open));
  }

  /** A value of which only parts are secret: `text` has placeholders for them. */
  partly(value: string, kind: string, text: string): Secret {
    return this.#known(value) ?? this.#take(value, kind, { text });
  }

  #known(value: string): Secret | undefined {
    const secret = this.#byValue.get(value);
    if (secret !== undefined) this.#used.push(value);
    return secret;
  }

  /** The placeholder for that value. */
  nameFor(value: string, kind: string, encoding: Encoding | null, open = 0): string {
    return placeholder(this.secretOf(value, kind, open).name, encoding);
  }

  /** The value of a name, spelt so; as `ValueOf`. */
  readonly valueOf = (name: string, encoding: Encoding | null): string | undefined => {
    const value = this.#byName.get(name)?.value;
    return value === undefined || encoding === null ? value : encodings[encoding](value);
  };

  /** Puts values where their placeholders stand. */
  readonly restore = {
    text: (text: string): string => fillPlaceholders(text, this.valueOf),
    latin1: (text: string): string =>
      fillPlaceholders(text, (name, encoding) => {
        const value = this.valueOf(name, encoding);
        return value === undefined ? undefined : Buffer.from(value).toString("latin1");
      }),
  };

  /** Takes over what a file says, so that values keep their names. */
  adopt(secrets: Iterable<Secret>): void {
    for (const secret of secrets) {
      this.#byName.set(secret.name, secret);
      if (secret.value === "") continue;
      this.#byValue.set(secret.value, secret);
      if (isTelling(secret.value)) this.#look(secret.value, secret.kind);
    }
  }

  #take(value: string, kind: string, shape: Shape): Secret {
    const stem = stemOf(kind);
    let number = this.#counts.get(stem) ?? 0;
    do number++;
    while (this.#byName.has(`${stem}-${number}`));
    this.#counts.set(stem, number);
    const secret = { name: `${stem}-${number}`, kind: stem, value, shape };
    this.#byValue.set(value, secret);
    this.#byName.set(secret.name, secret);
    this.#used.push(value);
    if ((isTelling(value) || isTellingAlone(value)) && !FORMS.has(kind)) {
      this.#named.push(value);
      if (AWKWARD.test(value)) this.#parts.push(longestPart(value));
    }
    if (isTelling(value) && !this.#isLookedFor.has(value)) this.#look(value, stem);
    else if (isTellingAlone(value) && !this.#isLookedFor.has(value)) this.#lookAlone(value, stem);
    return secret;
  }

  #shapeOf(value: string, open: number): Shape {
    const source = this.#sourceOf.get(value);
    const from = source === undefined ? {} : { from: source };
    const jwt = readJwt(value);
    if (jwt === undefined) return { like: formOf(value, open), ...from };
    const key = this.#keyOf(jwt);
    const { header, payload, signature } = jwt;
    const shape = { jwt: { header, payload: this.#inside(payload), signature: formOf(signature) } };
    return key === null ? { ...shape, ...from } : { ...shape, from: key };
  }

  /** Which of the surroundings signed a token; the same one most likely signed the next. */
  #keyOf(jwt: { header: string; payload: string; signature: string }): string | null {
    const signs = (source: string): boolean =>
      signatureOf(jwt, this.#sources.get(source)?.value ?? "") === jwt.signature;
    if (this.#signing !== null && signs(this.#signing)) return this.#signing;
    if (this.#signing === null && this.#tries++ >= TRIES) return null;
    const found = [...this.#sources.keys()].find(signs) ?? null;
    if (found !== null) this.#signing = found;
    return found;
  }

  /** As a whole field, or as a whole text in JSON. */
  #lookAlone(value: string, kind: string): void {
    this.#isLookedFor.add(value);
    this.#alone.set(value, kind);
    if (value.includes('"') || value.includes("\\")) return;
    const owner = { value, kind, encoding: null, within: false, quoted: true };
    this.scan.add({ text: `"${value}"`, owner });
  }

  /** The kind of a secret that is told only where nothing else stands beside it. */
  aloneKind(text: string): string | undefined {
    return this.#alone.size === 0 ? undefined : this.#alone.get(text);
  }

  #look(value: string, kind: string): void {
    this.#isLookedFor.add(value);
    const needles = needlesOf(value, kind);
    for (const needle of needles) this.scan.add(needle);
    this.#needles.push(needles);
    if (this.#needles.length <= LOOKED_FOR) return;
    for (const needle of this.#needles.shift() ?? []) this.scan.remove(needle);
  }
}

const longestPart = (value: string): string =>
  (value.match(/[\w.+/=@#%&*!,;-]+/g) ?? [""]).reduce((longest, part) =>
    part.length > longest.length ? part : longest,
  );

function needlesOf(value: string, kind: string): Needle<Spelling>[] {
  const needle = (text: string, encoding: Encoding | null, within = false): Needle<Spelling> => ({
    text,
    owner: { value, kind, encoding, within },
  });
  const found = [needle(value, null)];
  for (const { text, encoding } of spellings(value)) {
    if (text.length >= SHORTEST_SPELLING) found.push(needle(text, encoding));
  }
  for (const inner of insideBase64(value)) if (inner.length >= SHORTEST_SPELLING) found.push(needle(inner, null, true));
  return found;
}

/** What Base64 makes of the value where other bytes stand before and behind it, for the three ways in which it can lie. */
function insideBase64(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
    const text = whole.toString("base64").replace(/=+$/, "");
    const from = shift === 0 ? 0 : shift + 1;
    const to = Math.floor((whole.length * 8) / 6);
    const inner = text.slice(from, to);
    return inner.includes("+") || inner.includes("/") ? [inner, inner.replaceAll("+", "-").replaceAll("/", "_")] : [inner]; // prettier-ignore
  });
}
