/**
 * The tightest matcher that fits all the values seen at one place, with the word for it in reports. A form counts only if
 * every value has it: three numbers that happen to be hex are numbers.
 */
import { patternOf } from "./text-pattern.ts";
import { bareValue, instantOf, isHex, isNumeric, isTimestamp, isUuid } from "./value-form.ts";

/** Why something is noise, in a word or two. */
export type Reason =
  | "uuid"
  | "timestamp"
  | "number"
  | "random hex"
  | "random text"
  | "text with parts that vary"
  | "order"
  | "comes and goes"
  | "varies";

/** A value, `undefined` where nothing stood, and what the app's clock may have shown when it was made. */
export interface Seen {
  readonly value: unknown;
  /** Milliseconds since the epoch. */
  readonly clocks: readonly number[];
}

export interface Form {
  /** `null` allows anything. */
  readonly matcher: string | null;
  readonly reason: Reason;
}

/** A count of seconds is taken for an instant only if it is of the time at which it was made, give or take this much. */
const NEAR_MS = 2 * 86_400_000;
/** So many characters that are all hex digits are not so by chance. */
const SURELY_HEX = 24;

/** The form of what was seen. */
export function formOf(seen: readonly Seen[]): Form {
  const values = seen.map(({ value }) => bareValue(value));
  if (values.includes(undefined)) return { matcher: null, reason: "comes and goes" };
  if (values.every(isUuid)) return { matcher: "uuid", reason: "uuid" };
  if (seen.every(({ clocks }, index) => isOfItsTime(values[index], clocks)))
    return { matcher: "timestamp", reason: "timestamp" };
  const kinds = new Set(values.map((value) => (isLargeNumber(value) ? "number" : typeof value)));
  if ((kinds.size === 1 || values.every((value) => typeof value === "string")) && values.every(isNumeric))
    return { matcher: "number", reason: "number" };
  const texts = values.filter((value) => typeof value === "string");
  if (texts.length < values.length) return { matcher: null, reason: "varies" };
  return formOfTexts(texts);
}

/** What a double cannot hold is told as a text. */
const isLargeNumber = (value: unknown): boolean =>
  typeof value === "string" && isNumeric(value) && String(Number(value)) !== value;

function formOfTexts(texts: readonly string[]): Form {
  if (texts.every(isHex) && texts.join("").length >= SURELY_HEX) return { matcher: "hex", reason: "random hex" };
  const pattern = patternOf(texts);
  if (pattern !== null) return { matcher: `like ${pattern}`, reason: "text with parts that vary" };
  return { matcher: "random text", reason: "random text" };
}

/** A spelt-out instant may be of any time zone; one that says no day may be of any day. */
function isOfItsTime(value: unknown, clocks: readonly number[]): boolean {
  if (!isTimestamp(value)) return false;
  const instant = instantOf(value);
  if (instant === undefined) return true;
  return clocks.some((at) => Math.abs(instant - at) <= NEAR_MS) || (typeof value === "string" && !isNumeric(value));
}
