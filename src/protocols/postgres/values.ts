/**
 * Values between their two wire formats and the text that people read.
 *
 * Nothing is lost: where text does not give the same bytes back, the bytes themselves are the value.
 */
import { equalBytes } from "../../lib/bytes/pieces.ts";
import { exactText } from "../../lib/bytes/text.ts";
import type { Column, Parameter, Value } from "./spec.ts";
import { codecOf } from "./types/type-table.ts";

const encoder = new TextEncoder();

/** Text and binary, as format codes name them. */
export const Format = { Text: 0, Binary: 1 } as const;

/** The format of one value out of none (all text), one for all, or one each. */
export function formatAt(formats: readonly number[], index: number): number {
  return (formats.length === 1 ? formats[0] : formats[index]) ?? Format.Text;
}

/** A value as text if that is exact, else as it is. */
export function showValue(bytes: Uint8Array | null, type: number, format: number): Value {
  if (bytes === null) return null;
  if (format === Format.Text) return exactText(bytes) ?? bytes.slice();
  const codec = codecOf(type);
  const text = codec?.toText(bytes);
  if (codec === undefined || text === undefined) return bytes.slice();
  const again = codec.toBinary(text);
  return again !== undefined && equalBytes(again, bytes) ? text : bytes.slice();
}

/** The inverse of `showValue`; undefined where the text stands for no value of that type. */
export function wireValue(value: Value, type: number, format: number): Uint8Array | null | undefined {
  if (value === null || value instanceof Uint8Array) return value;
  return format === Format.Text ? encoder.encode(value) : codecOf(type)?.toBinary(value);
}

/** One text for all spellings of a value, in whichever format it was sent: `true` and `t`, `1.0` and `1` of a float. */
export function canonicalValue({ type, value }: Parameter): string | null {
  if (value === null) return null;
  const codec = codecOf(type);
  // Drivers spell some values in a way of their own: a numeric zero with a weight, an empty array with a dimension.
  const spelt = typeof value === "string" ? value : codec?.toText(value);
  if (spelt === undefined) return `bytes:${Buffer.from(value as Uint8Array).toString("base64")}`;
  const binary = codec?.toBinary(spelt);
  const text = binary === undefined ? undefined : codec?.toText(binary);
  return `text:${text ?? spelt}`;
}

/** The same value in the other format; undefined where the type is not understood. */
export function reformat(bytes: Uint8Array, column: Column, format: number): Uint8Array | undefined {
  if (column.format === format) return bytes;
  const codec = codecOf(column.type);
  if (column.format === Format.Binary) {
    const text = codec?.toText(bytes);
    return text === undefined ? undefined : encoder.encode(text);
  }
  const text = exactText(bytes);
  return text === undefined ? undefined : codec?.toBinary(text);
}

/** Columns with the formats that a Bind asked for. */
export function withFormats(columns: readonly Column[], formats: readonly number[]): Column[] {
  return columns.map((column, index) => ({ ...column, format: formatAt(formats, index) }));
}

/** The values of a Bind or a function call with their types; 0 is a type that nobody has named. */
export function boundValues(
  bound: { readonly values: readonly (Uint8Array | null)[]; readonly formats: readonly number[] },
  typeAt: (index: number) => number,
): Parameter[] {
  return bound.values.map((value, index) => {
    const type = typeAt(index);
    return { type, value: showValue(value, type, formatAt(bound.formats, index)) };
  });
}
