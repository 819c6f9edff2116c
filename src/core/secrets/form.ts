/**
 * What a value looks like, with nothing of the value itself: `sk_live_[A-Za-z0-9]{24}`. A public beginning and the signs
 * between runs are kept; letters and digits are counted. From it stand-ins are made where the value is missing, and what
 * an app sends in the place of one is recognised. In the text of a form a backslash stands before `[`, `{` and itself.
 */

/** What a class is put together from, the narrowest first; signs are named one by one. Stand-ins leave out what looks alike. */
const RANGES = [
  { name: "0-9", is: /[0-9]/, signs: "0123456789" },
  { name: "a-f", is: /[a-f]/, signs: "abcdef" },
  { name: "A-F", is: /[A-F]/, signs: "ABCDEF" },
  { name: "a-z", is: /[a-z]/, signs: "abcdefghijkmnopqrstuvwxyz" },
  { name: "A-Z", is: /[A-Z]/, signs: "ABCDEFGHJKLMNPQRSTUVWXYZ" },
] as const;
const HEXADECIMAL = /^(?:[0-9a-f]+|[0-9A-F]+)$/;
/** For what is not ASCII; the number counts bytes of UTF-8. */
const ANY = "^";

const BASE64 = /^[A-Za-z0-9+/]{16,}={0,2}$/;
const BASE64_URL = /^[\w-]{20,}={0,2}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Signs between runs; in a short text they would say too much of what somebody made up. */
const RUNS = /[A-Za-z0-9]+|[^A-Za-z0-9]+/g;
const BETWEEN = /^[-_.:~/+=|,;@\s]+$/;
const LONG = 20;
const PEM = /^-----BEGIN [A-Z0-9 ]+-----/;

/** The form of a value, of which the first characters are no secret. */
export function formOf(value: string, known = 0): string {
  return literal(value.slice(0, known)) + formOfRest(value.slice(known));
}

function formOfRest(value: string): string {
  if (value === "") return "";
  if (PEM.test(value))
    return value
      .split(/(\r?\n)/)
      .map(formOfLine)
      .join("");
  const padding = /=*$/.exec(value)?.[0] ?? "";
  const bare = value.slice(0, value.length - padding.length);
  if (UUID.test(value)) return byRuns(value);
  if (BASE64.test(value) || (BASE64_URL.test(value) && /[A-Za-z0-9]{16}/.test(value)))
    return runOf(bare) + literal(padding);
  const parts = value.match(RUNS) ?? [];
  const isSplit = value.length >= LONG && parts.every((part) => /^[A-Za-z0-9]/.test(part) || BETWEEN.test(part));
  return isSplit ? byRuns(value) : runOf(value);
}

const formOfLine = (line: string): string =>
  line.startsWith("-----") || /^\s*$/.test(line) || /^[\w-]+: /.test(line) ? literal(line) : runOf(line);

const byRuns = (value: string): string =>
  (value.match(RUNS) ?? []).map((part) => (/^[A-Za-z0-9]/.test(part) ? runOf(part) : literal(part))).join("");

function runOf(value: string): string {
  if (value === "") return "";
  if (!/^[ -~]+$/.test(value)) return `[${ANY}]{${Buffer.byteLength(value)}}`;
  const isHexadecimal = HEXADECIMAL.test(value);
  const names = RANGES.filter(({ name, is }) => is.test(value) && (name === "0-9" || /f/i.test(name) === isHexadecimal)).map(({ name }) => name); // prettier-ignore
  const signs = [...new Set(value.replace(/[A-Za-z0-9]/g, ""))].toSorted().map((sign) => `\\${sign}`);
  return `[${names.join("")}${signs.join("")}]{${value.length}}`;
}

const literal = (text: string): string => text.replace(/[[{\\]/g, "\\$&");

type Part = { readonly literal: string } | { readonly name: string; readonly length: number };

const PART = /\\([^])|\[((?:\\[^]|[^\]\\])+)\]\{(\d+)\}/g;

function partsOf(form: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of form.matchAll(PART)) {
    const [whole, escaped, name, length] = match;
    parts.push({ literal: form.slice(from, match.index) + (escaped ?? "") });
    if (name !== undefined) parts.push({ name, length: Math.min(Number(length), 1 << 20) });
    from = match.index + whole.length;
  }
  parts.push({ literal: form.slice(from) });
  return parts;
}

/** A value of that form; the same for the same seed, and for no other. Every kind of sign of the class is in it, if it is long enough. */
export function standInOf(form: string, seed: string): string {
  const next = pseudoRandom(seed);
  const made = (name: string, length: number): string => {
    const kinds = kindsOf(name);
    const all = kinds.filter((kind) => kind.length > 1).join("") || kinds.join("");
    const signs = Array.from({ length }, () => all[next() % all.length] ?? "a");
    // A number does not begin with a zero.
    if (signs[0] === "0") signs[0] = "7";
    if (length < kinds.length * 2) return signs.join("");
    // Apart from each other, and not at the beginning.
    const apart = Math.floor(length / kinds.length);
    for (const [index, kind] of kinds.entries()) signs[(index + 1) * apart - 1] = kind[next() % kind.length] ?? "a";
    return signs.join("");
  };
  return partsOf(form)
    .map((part) => ("literal" in part ? part.literal : made(part.name, part.length)))
    .join("");
}

/** The signs of a class by kind. */
function kindsOf(name: string): readonly string[] {
  if (name === ANY) return [LETTERS];
  const ranges = RANGES.filter((range) => name.includes(range.name)).map(({ signs }) => signs);
  return [...ranges, ...[...name.matchAll(/\\([^])/g)].map(([, sign = ""]) => sign)];
}

const LETTERS = `${RANGES[3].signs}${RANGES[4].signs}`;

/** The source of a regular expression for values of that form. */
export function patternOf(form: string): string {
  return partsOf(form)
    .map((part) => {
      if ("literal" in part) return part.literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      if (part.name === ANY) return `[^]{${Math.ceil(part.length / 4)},${part.length}}`;
      // Whoever made up a value may have taken other signs.
      if (/\\[^_/+=.~:-]/.test(part.name)) return `[ -~]{${part.length}}`;
      return `[${part.name}]{${part.length}}`;
    })
    .join("");
}

/** Numbers without end from a text, by xorshift. */
function pseudoRandom(seed: string): () => number {
  let state = Number(BigInt.asUintN(32, Bun.hash.xxHash64(seed, 7n))) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
