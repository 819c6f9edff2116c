/**
 * Values of the binary protocol as text that people read, and back. A value that would not come back as the same bytes is
 * left to the caller, who compares. https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html
 */
import { FormatError } from "../../core/errors.ts";
import { bytesOf, type Word, wordOf } from "../../lib/bytes/text.ts";
import type { PayloadReader } from "./payload-reader.ts";
import type { PayloadWriter } from "./payload-writer.ts";
import { Type, UNSIGNED } from "./types.ts";

const INTEGER_LENGTHS = new Map<number, number>([
  [Type.Tiny, 1],
  [Type.Short, 2],
  [Type.Year, 2],
  [Type.Int24, 4],
  [Type.Long, 4],
  [Type.LongLong, 8],
]);
const DATES = new Set<number>([Type.Date, Type.NewDate, Type.DateTime, Type.Timestamp]);
const FLOAT_DIGITS = 9;
const DATE_FORM = /^(\d{4,5})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{6}))?)?$/;
const TIME_FORM = /^(-?)(\d+)d (\d\d):(\d\d):(\d\d)(?:\.(\d{6}))?$/;

/** `type` as in `Parameter.type`. */
export function readValue(reader: PayloadReader, type: number): Word {
  const base = type & ~UNSIGNED;
  const length = INTEGER_LENGTHS.get(base);
  if (length !== undefined) return String(reader.integer(length, (type & UNSIGNED) === 0));
  if (base === Type.Float) return floatText(reader.float());
  if (base === Type.Double) return numberText(reader.double());
  if (DATES.has(base)) return readDate(reader);
  if (base === Type.Time) return readTime(reader);
  return wordOf(reader.sized());
}

/** Throws `FormatError` where the text stands for no such value. */
export function writeValue(writer: PayloadWriter, type: number, value: Word): void {
  const base = type & ~UNSIGNED;
  const length = INTEGER_LENGTHS.get(base);
  if (length !== undefined) writer.integer(BigInt.asUintN(length * 8, integerOf(value)), length);
  else if (base === Type.Float) writer.float(numberOf(value));
  else if (base === Type.Double) writer.double(numberOf(value));
  else if (DATES.has(base)) writeDate(writer, value);
  else if (base === Type.Time) writeTime(writer, value);
  else writer.sized(bytesOf(value));
}

function integerOf(value: Word): bigint {
  if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  throw wrong("a whole number", value);
}

function numberOf(value: Word): number {
  if (value === "-0") return -0;
  if (typeof value === "string" && /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/.test(value)) return Number(value);
  throw wrong("a number", value);
}

const numberText = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** The shortest text that stands for the same number in 32 bits. */
function floatText(value: number): string {
  for (let digits = 6; digits <= FLOAT_DIGITS; digits++) {
    const text = numberText(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return numberText(value);
}

const two = (value: number): string => String(value).padStart(2, "0");
const micros = (value: number): string => `.${String(value).padStart(6, "0")}`;

/** Empty where the server sent nothing, which stands for all zeros. */
function readDate(reader: PayloadReader): string {
  const length = reader.byte();
  if (length === 0) return "";
  const date = `${String(reader.uint16()).padStart(4, "0")}-${two(reader.byte())}-${two(reader.byte())}`;
  if (length === 4) return date;
  const time = `${date} ${two(reader.byte())}:${two(reader.byte())}:${two(reader.byte())}`;
  if (length === 7) return time;
  if (length === 11) return time + micros(reader.uint32());
  throw new FormatError("format.bytes", `a date of ${length} bytes`, String(reader.offset));
}

function writeDate(writer: PayloadWriter, value: Word): void {
  if (value === "") return void writer.byte(0);
  const parts = typeof value === "string" ? DATE_FORM.exec(value) : null;
  if (parts === null) throw wrong("a date", value);
  const [, year, month, day, hour, minute, second, fraction] = parts;
  writer.byte(hour === undefined ? 4 : fraction === undefined ? 7 : 11);
  writer.int16(Number(year)).byte(Number(month)).byte(Number(day));
  if (hour !== undefined) writer.byte(Number(hour)).byte(Number(minute)).byte(Number(second));
  if (fraction !== undefined) writer.int32(Number(fraction));
}

/** Days apart, since the server sends them so. */
function readTime(reader: PayloadReader): string {
  const length = reader.byte();
  if (length === 0) return "";
  if (length !== 8 && length !== 12) {
    throw new FormatError("format.bytes", `a time of ${length} bytes`, String(reader.offset));
  }
  const sign = reader.byte() === 0 ? "" : "-";
  const days = reader.uint32();
  const text = `${sign}${days}d ${two(reader.byte())}:${two(reader.byte())}:${two(reader.byte())}`;
  return length === 8 ? text : text + micros(reader.uint32());
}

function writeTime(writer: PayloadWriter, value: Word): void {
  if (value === "") return void writer.byte(0);
  const parts = typeof value === "string" ? TIME_FORM.exec(value) : null;
  if (parts === null) throw wrong("a time", value);
  const [, sign, days, hour, minute, second, fraction] = parts;
  writer.byte(fraction === undefined ? 8 : 12).byte(sign === "" ? 0 : 1).int32(Number(days)); // prettier-ignore
  writer.byte(Number(hour)).byte(Number(minute)).byte(Number(second));
  if (fraction !== undefined) writer.int32(Number(fraction));
}

function wrong(wanted: string, value: Word): FormatError {
  const shown = typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : "bytes";
  return new FormatError("format.yaml", `${shown} is not ${wanted} as MySQL sends it.`, "value");
}
