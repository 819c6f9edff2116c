/**
 * What a noise rule says of a value beside "anything": a matcher in words, or a regular expression.
 *
 *     uuid                    timestamp               timestamp within 5s     number      hex
 *     number ± 1 %            number ± 0.5            length 10               length 10..20
 *     present                 any order               random text             like Order {uuid} made
 *     ^[a-z]+$                /^uuid$/
 *
 * Several joined by ` and ` must all hold. What begins with one of these words and goes on otherwise is refused, never
 * taken for a regular expression; between slashes it is one.
 */
import type { Difference } from "./diff.ts";
import { FormatError } from "./errors.ts";
import { nearestName } from "../lib/text/nearest-name.ts";
import { compilePattern, holeNames } from "./text-pattern.ts";
import { bareValue, instantOf, isHex, isNumeric, isTimestamp, isUuid } from "./value-form.ts";

/** What a matcher is shown. */
export interface Judged {
  readonly difference: Difference;
  /** What is at the rule's own place, where that is above the difference; a text of JSON is also what it holds. */
  readonly wholes: readonly unknown[];
  /** By how much the app's clock differed from the recording's; milliseconds. */
  readonly shiftMs: number;
}

export interface Matcher {
  /** As it is written. */
  readonly text: string;
  /** Whether lists at its place may be in any order; then it says nothing else. */
  readonly isOrder: boolean;
  allows(judged: Judged): boolean;
}

type Test = Matcher["allows"];

/** The matcher of that text. Throws `FormatError` whose message has the form `… is broken: why`. */
export function readMatcher(text: string): Matcher {
  if (text === "any order") return { text, isOrder: true, allows: () => false };
  const like = /^like (.+)$/s.exec(text);
  if (like !== null) return { text, isOrder: false, allows: onText(patternOf(text, like[1] ?? "")) };
  const words = text.split(" and ");
  const tests = words.every((each) => isWorded(each)) ? words.map(wordedTest) : [onText(regexOf(text))];
  return { text, isOrder: false, allows: (judged) => tests.every((test) => test(judged)) };
}

const WORDS = ["uuid", "timestamp", "number", "hex", "present", "length", "random text", "any order", "any", "like"];
const WORDED = new RegExp(`^(?:${WORDS.join("|")})(?![\\w^$.*+?([{\\\\|])`);

const isWorded = (text: string): boolean => WORDED.test(text);

function wordedTest(text: string): Test {
  const [, word = "", rest = ""] = /^(random text|\w+) *(.*)$/.exec(text) ?? [];
  const argument = rest.trim();
  switch (word) {
    case "timestamp":
      return argument === "" ? onActual(isTimestamp) : timestampWithin(text, argument);
    case "number":
      return argument === "" ? aNumber : numberWithin(text, argument);
    case "length":
      return lengthOf(text, argument);
    case "any":
      if (argument === "order") throw broken(text, "`any order` stands alone");
  }
  const plain = PLAIN[word];
  if (plain === undefined || argument !== "") throw broken(text, `nothing may follow \`${word}\``);
  return plain;
}

const PLAIN: Readonly<Record<string, Test>> = {
  uuid: onActual(isUuid),
  hex: onActual(isHex),
  "random text": onActual((value) => typeof value === "string"),
  present: ({ difference }) => difference.change !== "missing",
  any: () => true,
};

function onActual(isSo: (value: unknown) => boolean): Test {
  return ({ difference: { change, actual } }) => change !== "missing" && isSo(bareValue(actual));
}

/** A number stays a number, and a text that holds one a text; large numbers are told as texts. */
function aNumber({ difference: { change, expected, actual } }: Judged): boolean {
  const [before, after] = [bareValue(expected), bareValue(actual)];
  const isSameKind = before === undefined || typeof before === typeof after || change === "changed";
  return change !== "missing" && isNumeric(after) && isSameKind;
}

const SECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3 };

function timestampWithin(text: string, argument: string): Test {
  const [, count, unit = ""] = /^(?:within|±|\+-|\+\/-) *(\d+(?:\.\d+)?) *(ms|s|m|h|d)$/.exec(argument) ?? [];
  if (count === undefined) throw broken(text, "write it like `timestamp within 5s` (ms, s, m, h, d)");
  const mostMs = Number(count) * (SECONDS[unit] ?? 1);
  return ({ difference: { expected, actual }, shiftMs }) => {
    const [before, after] = [instantOf(bareValue(expected)), instantOf(bareValue(actual))];
    if (before === undefined || after === undefined) return false;
    return Math.abs(after - before) <= mostMs || Math.abs(after - before - shiftMs) <= mostMs;
  };
}

function numberWithin(text: string, argument: string): Test {
  const [, count, percent] = /^(?:within|±|\+-|\+\/-) *(\d+(?:\.\d+)?) *(%)?$/.exec(argument) ?? [];
  if (count === undefined) throw broken(text, "write it like `number ± 1 %` or `number ± 0.5`");
  return (judged) => {
    const { expected, actual } = judged.difference;
    const [before, after] = [Number(bareValue(expected)), Number(bareValue(actual))];
    if (expected === undefined || !aNumber(judged)) return false;
    const most = percent === undefined ? Number(count) : (Math.abs(before) * Number(count)) / 100;
    // What is written in decimals is not exactly so in binary.
    return Math.abs(after - before) <= most + Math.abs(before) * 1e-12;
  };
}

function lengthOf(text: string, argument: string): Test {
  const [, least, range, most] = /^(\d+)( *(?:\.\.|-) *(\d+)?)?$/.exec(argument) ?? [];
  if (least === undefined) throw broken(text, "write it like `length 10` or `length 10..20`");
  const upTo = range === undefined ? Number(least) : most === undefined ? Infinity : Number(most);
  if (upTo < Number(least)) throw broken(text, `${least} is more than ${most}`);
  return ({ difference, wholes }) => {
    const size = wholes.map(sizeOf).find((each) => each !== undefined) ?? sizeOf(bareValue(difference.actual));
    return size !== undefined && size >= Number(least) && size <= upTo;
  };
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === "string") return [...value].length;
  if (typeof value === "number" || typeof value === "bigint") return String(value).length;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return undefined;
}

/** Of a field below the place the field itself, or the whole of a text that holds it. */
function onText(regex: RegExp): Test {
  return ({ difference: { change, actual }, wholes }) => {
    if (wholes.some((whole) => typeof whole === "string" && regex.test(whole))) return true;
    return change !== "missing" && regex.test(plainText(bareValue(actual)));
  };
}

function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return JSON.stringify(value, (_name, each: unknown) => (typeof each === "bigint" ? String(each) : each)) ?? "";
}

function patternOf(text: string, pattern: string): RegExp {
  const unknown = [...pattern.matchAll(/(?<!\\)\{([a-z ]*)\}/g)].find(([, name = ""]) => !holeNames.includes(name));
  if (unknown !== undefined)
    throw broken(text, `${unknown[0]} is none of ${holeNames.map((name) => `{${name}}`).join(", ")}`);
  return compilePattern(pattern);
}

/** Other tools write `(?i)` in front, which JavaScript knows as a flag. */
function regexOf(text: string): RegExp {
  const near = /^[a-z]+(?: [a-z]+)?$/.test(text) ? nearestName(text, WORDS) : undefined;
  if (near !== undefined) throw broken(text, `did you mean \`${near}\`? A regular expression may stand as /${text}/`);
  const between = /^\/(.*)\/(i?)$/s.exec(text);
  const ignoresCase = between === null ? text.startsWith("(?i)") : between[2] === "i";
  const source = between?.[1] ?? (ignoresCase ? text.slice("(?i)".length) : text);
  try {
    return new RegExp(source, ignoresCase ? "iu" : "u");
  } catch {
    try {
      return new RegExp(source, ignoresCase ? "i" : "");
    } catch (cause) {
      throw broken(text, cause instanceof Error ? cause.message.replace(/^Invalid regular expression: /, "") : "");
    }
  }
}

const broken = (text: string, why: string): FormatError =>
  new FormatError("format.yaml", `the matcher \`${text}\` is broken: ${why}`, text);
