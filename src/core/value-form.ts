/**
 * The forms of values that programs make up: uuids, instants in the spellings of common languages, numbers, hex digits.
 * It judges form alone; whether a value may vary is for rules and for learn-noise.ts to say.
 */
import { readInstant } from "../lib/text/instant.ts";

const UUID = /^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$/i;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const HEX = /^(?:0x)?[0-9a-f]+$/i;
const DIGITS = /^\d+(?:\.\d+)?$/;

const DAY = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*/.source;
const MONTH = /(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*/.source;
const CLOCK = /\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?/.source;
const ZONE = /(?: ?(?:Z|UTC|GMT|[A-Z]{2,5}|[+-]\d\d:?\d\d|[+-]\d\d))*(?: \([^)]*\))?(?: m=[+-][\d.]+)?/.source;

/** Spellings of an instant, a day or a time of day; none of them is anchored. */
export const TIMESTAMP_TEXT = [
  `\\d{4}-\\d\\d-\\d\\d(?:[Tt _]${CLOCK}${ZONE})?`,
  `\\d{4}/\\d\\d/\\d\\d(?: ${CLOCK}${ZONE})?`,
  `(?:${DAY},? )?\\d{1,2}[ -/]${MONTH}[ -/]\\d{2,4}(?:[ :,]+${CLOCK}${ZONE})?`,
  `(?:${DAY},? )?${MONTH} +\\d{1,2},?(?: \\d{4})?(?:,? ${CLOCK}${ZONE})?(?: \\d{4})?`,
  `\\d{1,2}[./]\\d{1,2}[./]\\d{4}(?:,? ${CLOCK}${ZONE})?`,
  `\\d{8}T\\d{6}(?:\\.\\d+)?Z?`,
  CLOCK,
].join("|");
const TIMESTAMP = new RegExp(`^(?:${TIMESTAMP_TEXT})$`);

export const isUuid = (value: unknown): boolean => typeof value === "string" && UUID.test(value);

/** A number, or text that holds nothing else. */
export const isNumeric = (value: unknown): boolean =>
  typeof value === "number" || typeof value === "bigint" || (typeof value === "string" && NUMBER.test(value));

export const isHex = (value: unknown): boolean => typeof value === "string" && HEX.test(value);

/** Text in one of the spellings of time, or a count of seconds, milliseconds, … since 1970 of this age. */
export const isTimestamp = (value: unknown): boolean =>
  (typeof value === "string" && TIMESTAMP.test(value)) || epochOf(value) !== undefined;

/** The instant in milliseconds since the epoch; `undefined` for what is none, or does not say the day and the time. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value !== "string") return epochOf(value);
  if (!TIMESTAMP.test(value)) return epochOf(value);
  const exact = readInstant(value);
  if (exact !== undefined) return exact;
  if (!/\d:\d\d/.test(value) && !/T\d{6}/.test(value)) return undefined;
  const parsed = Date.parse(zoned(spelt(value)));
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** What names no zone is taken for UTC: only lengths of time are measured with it. */
const zoned = (text: string): string =>
  /(?:Z|GMT|UTC|[A-Z]{3,4}|[+-]\d\d:?\d\d)(?: |$)/.test(text) ? text : `${text}Z`;

/** The spellings that `Date.parse` does not know. */
function spelt(text: string): string {
  const common = /^(\d\d)\/(\w{3})\/(\d{4}):(.*)$/.exec(text);
  if (common !== null) return `${common[1]} ${common[2]} ${common[3]} ${common[4]}`;
  const compact = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\.\d+)?Z?$/.exec(text);
  if (compact !== null) return `${compact.slice(1, 4).join("-")}T${compact.slice(4, 7).join(":")}${compact[7] ?? ""}Z`;
  return text
    .replace(/ \([^)]*\)$/, "")
    .replace(/ m=[+-][\d.]+$/, "")
    .replace(/([+-]\d{4}) [A-Z]+$/, "$1")
    .replace(/(\.\d{3})\d+/, "$1")
    .replace(/^(\d{4}-\d\d-\d\d)[ _]/, "$1T")
    .replace(/^(\S+T\S+) (?:UTC|GMT)$/, "$1Z")
    .replace(/^(\S+T\S+) (\S)/, "$1$2")
    .replace(/^(\S+T\S+[+-]\d\d):?(\d\d)?$/, (_, before: string, minutes = "00") => `${before}:${minutes}`);
}

const AGE = { from: Date.UTC(2000, 0, 1), to: Date.UTC(2100, 0, 1) };
const UNITS = [1_000, 1, 1e-3, 1e-6] as const;

function epochOf(value: unknown): number | undefined {
  if (typeof value === "string" && !DIGITS.test(value)) return undefined;
  if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "string") return undefined;
  const count = Number(value);
  for (const unit of UNITS) {
    const at = count * unit;
    if (at >= AGE.from && at < AGE.to) return at;
  }
  return undefined;
}

/** What a wrapper of extended JSON holds, `{ $date: "…" }`; anything else as it is. */
export function bareValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) return value;
  const [[name, inner] = ["", undefined], more] = Object.entries(value);
  return more === undefined && name.startsWith("$") ? bareValue(inner) : value;
}
