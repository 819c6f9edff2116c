/**
 * interval: months, days and microseconds, which do not add up to each other.
 *
 *     Int64 microseconds | Int32 days | Int32 months
 *
 * Text is the style `postgres`, its default: `1 year 2 mons -3 days +04:05:06.7`.
 */
import { fill, type ValueCodec, viewOf } from "./value-codec.ts";

const UNIT = /([+-]?\d+) (years?|mons?|days?)(?= |$)/g;
const CLOCK = /^([+-]?)(\d{2,10}):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/;

function toText(bytes: Uint8Array): string | undefined {
  if (bytes.length !== 16) return undefined;
  const view = viewOf(bytes);
  const [micros, days, months] = [view.getBigInt64(0), view.getInt32(8), view.getInt32(12)];
  const parts: string[] = [];
  let wasNegative = false;
  const part = (value: number, unit: string): void => {
    if (value === 0) return;
    parts.push(`${wasNegative && value > 0 ? "+" : ""}${value} ${unit}${value === 1 ? "" : "s"}`);
    wasNegative = value < 0;
  };
  part(Math.trunc(months / 12), "year");
  part(months % 12, "mon");
  part(days, "day");
  if (micros === 0n && parts.length > 0) return parts.join(" ");
  const all = micros < 0n ? -micros : micros;
  const seconds = all / 1_000_000n;
  const two = (value: bigint): string => String(value).padStart(2, "0");
  const fraction = String(all % 1_000_000n).padStart(6, "0").replace(/0+$/, ""); // prettier-ignore
  const clock = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  const sign = micros < 0n ? "-" : wasNegative ? "+" : "";
  return [...parts, `${sign}${clock}${fraction === "" ? "" : `.${fraction}`}`].join(" ");
}

function toBinary(text: string): Uint8Array | undefined {
  let [months, days] = [0, 0];
  const rest = text.replace(UNIT, (_all, count: string, unit: string) => {
    if (unit.startsWith("year")) months += Number(count) * 12;
    else if (unit.startsWith("mon")) months += Number(count);
    else days += Number(count);
    return "";
  });
  const clock = rest.trim() === "" && rest !== text ? ["", "", "0", "0", "0", ""] : CLOCK.exec(rest.trim());
  if (clock === null || !isInt4(months) || !isInt4(days)) return undefined;
  const [, sign, hours = "0", minutes = "0", seconds = "0", fraction = ""] = clock;
  const whole = BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds);
  const micros = whole * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
  const signed = sign === "-" ? -micros : micros;
  if (BigInt.asIntN(64, signed) !== signed) return undefined;
  return fill(16, (view) => {
    view.setBigInt64(0, signed);
    view.setInt32(8, days);
    view.setInt32(12, months);
  });
}

function isInt4(value: number): boolean {
  return Number.isInteger(value) && value >= -0x80000000 && value <= 0x7fffffff;
}

export const interval: ValueCodec = { toText, toBinary };
