/**
 * Dates and times: days and microseconds counted from 2000-01-01, the calendar extended back without a break.
 *
 * Text is ISO (`DateStyle` as every driver sets it) and instants are shown in UTC. A text that depends on the session's
 * time zone, or is not ISO, is not turned into bytes.
 */
import { fill, type ValueCodec, viewOf } from "./value-codec.ts";

const DAY = 86_400_000_000n;
const INFINITY = 0x7fffffffffffffffn;
const INFINITE_DAYS = 0x7fffffff;
/** Days from 1970-01-01 to 2000-01-01. */
const EPOCH = 10_957;

const DATE = /^(\d{4,7})-(\d\d)-(\d\d)( BC)?$/;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?$/;
const STAMP =
  /^(\d{4,7}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))? ?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?( BC)?$/;
const ZONE = /^([+-])(\d\d)(?::?(\d\d)(?::?(\d\d))?)?$/;

/** Days since 1970 of a day in the calendar; years before 1 are 0 and less. */
function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

function calendarOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const leaps = Math.floor(ofEra / 1460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const year = Math.floor((ofEra - leaps) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  return { year: year + era * 400 + (month <= 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * march + 2) / 5) + 1 };
}

const two = (value: number): string => String(value).padStart(2, "0");

function showDate(days: number): { text: string; isBefore: boolean } {
  const { year, month, day } = calendarOf(days + EPOCH);
  const isBefore = year <= 0;
  return { text: `${String(isBefore ? 1 - year : year).padStart(4, "0")}-${two(month)}-${two(day)}`, isBefore };
}

/** Days since 2000, or undefined where there is no such day. */
function parseDate(text: string): number | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, shown = "", month = "", day = "", before] = match;
  const year = before === undefined ? Number(shown) : 1 - Number(shown);
  const days = daysOf(year, Number(month), Number(day));
  const back = calendarOf(days);
  if (back.year !== year || back.month !== Number(month) || back.day !== Number(day)) return undefined;
  return days - EPOCH;
}

/** Microseconds of a day, at most 24:00:00. */
function showTime(micros: bigint): string | undefined {
  if (micros < 0n || micros > DAY) return undefined;
  const seconds = Number(micros / 1_000_000n);
  const fraction = String(micros % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${two(hour)}:${two(minute)}:${two(seconds % 60)}${fraction === "" ? "" : `.${fraction}`}`;
}

function parseTime(text: string): bigint | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, hour = "", minute = "", second = "0", fraction = ""] = match;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const micros = BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
  return micros > DAY ? undefined : micros;
}

/** Seconds east of Greenwich. */
function parseZone(text: string): number | undefined {
  if (text === "Z") return 0;
  const match = ZONE.exec(text);
  if (match === null) return undefined;
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = match;
  const east = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === "-" ? -east : east;
}

function showZone(east: number): string {
  const all = Math.abs(east);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const rest = seconds !== 0 ? `:${two(minutes)}:${two(seconds)}` : minutes !== 0 ? `:${two(minutes)}` : "";
  return `${east < 0 ? "-" : "+"}${two(hours)}${rest}`;
}

export const date: ValueCodec = {
  toText(bytes) {
    if (bytes.length !== 4) return undefined;
    const days = viewOf(bytes).getInt32(0);
    if (days === INFINITE_DAYS) return "infinity";
    if (days === -INFINITE_DAYS - 1) return "-infinity";
    const { text, isBefore } = showDate(days);
    return isBefore ? `${text} BC` : text;
  },
  toBinary(text) {
    const special = { infinity: INFINITE_DAYS, "-infinity": -INFINITE_DAYS - 1 }[text];
    const days = special ?? parseDate(text);
    if (days === undefined || days !== Math.trunc(days) || Math.abs(days) > INFINITE_DAYS + 1) return undefined;
    return fill(4, (view) => view.setInt32(0, days));
  },
};

export const time: ValueCodec = {
  toText: (bytes) => (bytes.length !== 8 ? undefined : showTime(viewOf(bytes).getBigInt64(0))),
  toBinary(text) {
    const micros = parseTime(text);
    return micros === undefined ? undefined : fill(8, (view) => view.setBigInt64(0, micros));
  },
};

export const timetz: ValueCodec = {
  toText(bytes) {
    if (bytes.length !== 12) return undefined;
    const shown = showTime(viewOf(bytes).getBigInt64(0));
    return shown === undefined ? undefined : shown + showZone(-viewOf(bytes).getInt32(8));
  },
  toBinary(text) {
    const at = text.search(/[Z+-]/);
    const micros = at < 0 ? undefined : parseTime(text.slice(0, at));
    const east = at < 0 ? undefined : parseZone(text.slice(at));
    if (micros === undefined || east === undefined) return undefined;
    return fill(12, (view) => {
      view.setBigInt64(0, micros);
      view.setInt32(8, -east);
    });
  },
};

function stamp(withZone: boolean): ValueCodec {
  return {
    toText(bytes) {
      if (bytes.length !== 8) return undefined;
      const micros = viewOf(bytes).getBigInt64(0);
      if (micros === INFINITY) return "infinity";
      if (micros === -INFINITY - 1n) return "-infinity";
      const ofDay = ((micros % DAY) + DAY) % DAY;
      const { text, isBefore } = showDate(Number((micros - ofDay) / DAY));
      return `${text} ${showTime(ofDay) ?? ""}${withZone ? "+00" : ""}${isBefore ? " BC" : ""}`;
    },
    toBinary(text) {
      const micros = { infinity: INFINITY, "-infinity": -INFINITY - 1n }[text] ?? parseStamp(text, withZone);
      if (micros === undefined || BigInt.asIntN(64, micros) !== micros) return undefined;
      return fill(8, (view) => view.setBigInt64(0, micros));
    },
  };
}

/** An instant needs a zone to be one; a timestamp without zone ignores it, as the server does. */
function parseStamp(text: string, withZone: boolean): bigint | undefined {
  const match = STAMP.exec(text.trim());
  if (match === null) return undefined;
  const [, day = "", clock, zone, before = ""] = match;
  const days = parseDate(day + before);
  const ofDay = clock === undefined ? 0n : parseTime(clock);
  const east = withZone ? (zone === undefined ? undefined : parseZone(zone)) : 0;
  if (days === undefined || ofDay === undefined || east === undefined) return undefined;
  return BigInt(days) * DAY + ofDay - BigInt(east) * 1_000_000n;
}

export const timestamp = stamp(false);
export const timestamptz = stamp(true);
