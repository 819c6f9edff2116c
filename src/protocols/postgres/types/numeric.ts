/**
 * numeric: digits to the base 10,000, with the number of decimals to show.
 *
 *     Int16 ndigits | Int16 weight | UInt16 sign | UInt16 dscale | Int16 digit * ndigits
 *     value = sum of digit[i] * 10000 ^ (weight - i)
 */
import { fill, type ValueCodec, viewOf } from "./value-codec.ts";

const Sign = { Positive: 0x0000, Negative: 0x4000, NaN: 0xc000, Infinity: 0xd000, MinusInfinity: 0xf000 } as const;

const words = new Map<number, string>([
  [Sign.NaN, "NaN"],
  [Sign.Infinity, "Infinity"],
  [Sign.MinusInfinity, "-Infinity"],
]);
const signOf = new Map<string, number>([
  ["nan", Sign.NaN],
  ["infinity", Sign.Infinity],
  ["inf", Sign.Infinity],
  ["-infinity", Sign.MinusInfinity],
  ["-inf", Sign.MinusInfinity],
]);

/** More than PostgreSQL stores; longer texts are no numbers to it either. */
const DECIMALS_MOST = 16_383;
/** A bit of the marker for infinities that the server sends along as a number of decimals. */
const INFINITE_DECIMALS = 0x20;
const EXPONENT_MOST = 131_072;
const NUMBER = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?\s*$/i;

function toText(bytes: Uint8Array): string | undefined {
  if (bytes.length < 8) return undefined;
  const view = viewOf(bytes);
  const count = view.getUint16(0);
  const weight = view.getInt16(2);
  const sign = view.getUint16(4);
  const decimals = view.getUint16(6);
  const word = words.get(sign);
  if (word !== undefined) return count === 0 ? word : undefined;
  if (bytes.length !== 8 + count * 2 || decimals > DECIMALS_MOST) return undefined;
  if (sign !== Sign.Positive && sign !== Sign.Negative) return undefined;
  const digit = (power: number): string => {
    const index = weight - power;
    return index < 0 || index >= count ? "0000" : String(view.getUint16(8 + index * 2)).padStart(4, "0");
  };
  let whole = "";
  for (let power = Math.max(weight, 0); power >= 0; power--) whole += digit(power);
  let fraction = "";
  for (let power = -1; fraction.length < decimals; power--) fraction += digit(power);
  const trimmed = whole.replace(/^0+(?=\d)/, "");
  const shown = decimals === 0 ? trimmed : `${trimmed}.${fraction.slice(0, decimals)}`;
  return sign === Sign.Negative ? `-${shown}` : shown;
}

/** Digits and where the point stands, with the exponent worked in. */
function parse(text: string): { negative: boolean; whole: string; fraction: string } | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  const exponent = Number(power);
  if (Math.abs(exponent) > EXPONENT_MOST) return undefined;
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const padded = point < 0 ? "0".repeat(-point) + digits : digits.padEnd(point, "0");
  const at = Math.max(point, 0);
  return { negative: sign === "-", whole: padded.slice(0, at), fraction: padded.slice(at) };
}

function toBinary(text: string): Uint8Array | undefined {
  const special = signOf.get(text.trim().toLowerCase().replace(/^\+/, ""));
  if (special !== undefined) {
    return fill(8, (view) => {
      view.setUint16(4, special);
      if (special !== Sign.NaN) view.setUint16(6, INFINITE_DECIMALS);
    });
  }
  const number = parse(text);
  if (number === undefined || number.fraction.length > DECIMALS_MOST) return undefined;
  const whole = number.whole.padStart(Math.ceil(number.whole.length / 4) * 4, "0");
  const fraction = number.fraction.padEnd(Math.ceil(number.fraction.length / 4) * 4, "0");
  const groups = (whole + fraction).match(/\d{4}/g) ?? [];
  const digits = groups.map(Number);
  let weight = whole.length / 4 - 1;
  while (digits[0] === 0) {
    digits.shift();
    weight--;
  }
  while (digits.at(-1) === 0) digits.pop();
  if (digits.length === 0) weight = 0;
  if (digits.length > 0xffff || weight > 0x7fff) return undefined;
  return fill(8 + digits.length * 2, (view) => {
    view.setUint16(0, digits.length);
    view.setInt16(2, weight);
    view.setUint16(4, number.negative && digits.length > 0 ? Sign.Negative : Sign.Positive);
    view.setUint16(6, number.fraction.length);
    for (const [index, value] of digits.entries()) view.setUint16(8 + index * 2, value);
  });
}

export const numeric: ValueCodec = { toText, toBinary };
