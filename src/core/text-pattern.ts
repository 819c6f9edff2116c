/**
 * Text of which parts vary: `Order {uuid} made at {timestamp}`. What stands outside of the braces must be as it is, so a
 * text with an id in it still tells when its words change. `\{` is a brace.
 *
 * Made from samples by cutting them at what separates words; where the cuts do not agree, only what all have in front
 * and at the end is kept. Refuses to call a pattern what has no fixed word.
 */
import { isHex, isNumeric, isTimestamp, isUuid, TIMESTAMP_TEXT } from "./value-form.ts";

const HOLES = {
  uuid: /[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}/.source,
  timestamp: TIMESTAMP_TEXT,
  number: /[+-]?\d+(?:\.\d+)?/.source,
  hex: /[0-9a-fA-F]+/.source,
  word: /[A-Za-z0-9_\-+/.~%=]+/.source,
  text: /[^\n]*?/.source,
} as const;

type Hole = keyof typeof HOLES;

const HOLE = new RegExp(`\\\\([\\\\{])|\\{(${Object.keys(HOLES).join("|")})\\}`, "g");

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
const escaped = (text: string): string => text.replace(/[\\{]/g, "\\$&");

/** The names that may stand in braces. */
export const holeNames: readonly string[] = Object.keys(HOLES);

/** How many parts of such a text vary. */
export const holesIn = (pattern: string): number =>
  [...pattern.matchAll(HOLE)].filter(([, , hole]) => hole !== undefined).length;

/** The pattern as a regular expression for the whole of a text. */
export function compilePattern(pattern: string): RegExp {
  let source = "";
  let from = 0;
  for (const match of pattern.matchAll(HOLE)) {
    source += literal(pattern.slice(from, match.index));
    source += match[2] === undefined ? literal(match[1] ?? "") : `(?:${HOLES[match[2] as Hole]})`;
    from = match.index + match[0].length;
  }
  return new RegExp(`^${source}${literal(pattern.slice(from))}$`);
}

const UUID_OR_TIME = `(${HOLES.uuid}|(?<![0-9A-Za-z.])(?:${TIMESTAMP_TEXT})(?![0-9A-Za-z]))`;
/** Words of letters and digits; everything between them is a token of its own. */
const FINE = new RegExp(`${UUID_OR_TIME}|[A-Za-z0-9_]+(?:\\.\\d+)?|[^A-Za-z0-9_]`, "g");
/** The same with what base64, addresses and versions put into their words. */
const COARSE = new RegExp(`${UUID_OR_TIME}|[A-Za-z0-9_\\-+/.~%]+={0,2}|[^A-Za-z0-9_\\-+/.~%]`, "g");

/** The pattern that all samples fit; `null` where nothing in them is sure to stay. */
export function patternOf(samples: readonly string[]): string | null {
  const pattern = cutAt(FINE, samples) ?? cutAt(COARSE, samples) ?? framed(samples);
  if (pattern === null || !hasWord(pattern)) return null;
  const regex = compilePattern(pattern);
  return samples.every((sample) => regex.test(sample)) ? pattern : null;
}

/** A letter or a digit that is to stay. */
const hasWord = (pattern: string): boolean => /[\p{L}\p{N}]/u.test(pattern.replace(HOLE, ""));

/** Token by token, where all samples have as many and are separated alike. */
function cutAt(tokens: RegExp, samples: readonly string[]): string | null {
  const cut = samples.map((sample) => sample.match(tokens) ?? []);
  const [first = []] = cut;
  if (cut.some(({ length }) => length !== first.length)) return null;
  let pattern = "";
  for (const [at, token] of first.entries()) {
    const values = cut.map((each) => each[at] ?? "");
    if (values.every((value) => value === token)) pattern += escaped(token);
    else if (values.every((value) => /\w/.test(value))) pattern += `{${holeFor(values)}}`;
    else return null;
  }
  // A word that is cut by a character which words of its kind have here and there is one word.
  return pattern.replace(/\{(?:word|hex|number)\}(?:[-+/.~%=]+\{(?:word|hex|number)\})+/g, "{word}");
}

function holeFor(values: readonly string[]): Hole {
  if (values.every(isUuid)) return "uuid";
  if (values.every(isTimestamp) && values.some((value) => /\D/.test(value))) return "timestamp";
  if (values.every(isNumeric)) return "number";
  return values.every(isHex) && values.join("").length >= SURE ? "hex" : "word";
}

/** So many characters that are all hex digits are not so by chance. */
const SURE = 24;

/** What all have in front and at the end, in whole words. */
function framed(samples: readonly string[]): string | null {
  const [first = ""] = samples;
  let [start, tail] = [first.length, first.length];
  for (const sample of samples) {
    start = Math.min(
      start,
      commonLength(first, sample, (text, at) => text[at]),
    );
    tail = Math.min(
      tail,
      commonLength(first, sample, (text, at) => text[text.length - 1 - at]),
    );
  }
  const least = Math.min(...samples.map(({ length }) => length));
  tail = Math.min(tail, least - start);
  const front = first.slice(0, start).replace(/[A-Za-z0-9_]+$/, "");
  const back = first.slice(first.length - tail).replace(/^[A-Za-z0-9_]+/, "");
  return samples.some((sample) => sample.includes("\n")) ? null : `${escaped(front)}{text}${escaped(back)}`;
}

function commonLength(a: string, b: string, at: (text: string, index: number) => string | undefined): number {
  let same = 0;
  while (same < a.length && same < b.length && at(a, same) === at(b, same)) same++;
  return same;
}
