/**
 * Documents as plain data for people: extended JSON, relaxed where that loses nothing. A plain whole number is an int32,
 * one with a fraction a double; all else says its type (`$numberLong`, `$oid`, …). What no JavaScript object can hold in
 * order, or would read as one of these, is a list of pairs under `$fields`. Counterpart: `extended-json-read.ts`.
 * https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/
 */
import { Binary, Decimal128, Long } from "bson";
import { FormatError } from "../../core/errors.ts";
import { exactText } from "../../lib/bytes/text.ts";
import type { Fields } from "../../core/plain-data.ts";
import { documentAt, type Element, elementsOf, Type } from "./documents.ts";

/** The list of pairs. */
export const FIELDS = "$fields";
const DEEPEST = 220;
const UUID = 4;
/** Years that ISO 8601 writes with four digits; others are milliseconds. */
const [FIRST_DATE, LAST_DATE] = [0, 253_402_300_799_999];

const RESERVED = new Set([
  ...["$oid", "$numberDouble", "$numberLong", "$numberInt", "$numberDecimal", "$binary", "$uuid", "$date"],
  ...["$timestamp", "$regularExpression", "$code", "$scope", "$symbol", "$minKey", "$maxKey", FIELDS],
]);

/** Throws `FormatError` for what is no document, or has a type that nobody writes any more. */
export function plainOf(document: Uint8Array, depth = 0): Fields {
  if (depth > DEEPEST) throw wrong("nested so deeply");
  const pairs = elementsOf(document).map((each) => [each.name, valueOf(each, depth)] as const);
  const isHeld = !isReserved(pairs.map(([name]) => name));
  return isHeld ? Object.fromEntries(pairs) : { [FIELDS]: pairs.map((pair) => [...pair]) };
}

/** Whether no JavaScript object holds these names in this order, or would be read as a value's type. */
export function isReserved(names: readonly string[]): boolean {
  if (RESERVED.has(names[0] ?? "") || names.includes("__proto__")) return true;
  const inOrder = Object.keys(Object.fromEntries(names.map((name) => [name, null])));
  return inOrder.length !== names.length || inOrder.some((name, at) => name !== names[at]);
}

/** One field's value as plain data. */
export function valueOf({ type, value }: Element, depth: number): unknown {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  switch (type) {
    case Type.double:
      return double(view.getFloat64(0, true));
    case Type.string:
      return text(value, 0);
    case Type.object:
      return plainOf(value, depth + 1);
    case Type.array:
      return elementsOf(value).map((each, at) => item(each, at, depth + 1));
    case Type.binary:
      return binary(value);
    case Type.objectId:
      return { $oid: hex(value) };
    case Type.boolean:
      return value[0] === 1;
    case Type.date:
      return date(view.getBigInt64(0, true));
    case Type.null:
      return null;
    case Type.regex:
      return regex(value);
    case Type.code:
      return { $code: text(value, 0) };
    case Type.symbol:
      return { $symbol: text(value, 0) };
    case Type.codeWithScope: {
      const length = view.getInt32(4, true);
      return { $code: text(value, 4), $scope: plainOf(documentAt(value, 8 + length, value.length), depth + 1) };
    }
    case Type.int32:
      return view.getInt32(0, true);
    case Type.timestamp:
      return { $timestamp: { t: view.getUint32(4, true), i: view.getUint32(0, true) } };
    case Type.int64:
      return { $numberLong: Long.fromBigInt(view.getBigInt64(0, true)).toString() };
    case Type.decimal:
      return { $numberDecimal: new Decimal128(value.slice()).toString() };
    case Type.minKey:
      return { $minKey: 1 };
    case Type.maxKey:
      return { $maxKey: 1 };
    default:
      throw wrong(`a value of type ${type}`);
  }
}

function item(each: Element, at: number, depth: number): unknown {
  if (each.name !== String(at)) throw wrong("a list with gaps");
  if (depth > DEEPEST) throw wrong("nested so deeply");
  return valueOf(each, depth);
}

function double(value: number): unknown {
  if (Number.isFinite(value) && !Number.isInteger(value)) return value;
  if (!Number.isFinite(value)) return { $numberDouble: String(value) };
  const shown = Object.is(value, -0) ? "-0" : String(value);
  return { $numberDouble: /[.e]/.test(shown) ? shown : `${shown}.0` };
}

// int32 length | uint8 subtype | bytes
function binary(value: Uint8Array): unknown {
  const subType = value[4] ?? 0;
  const bytes = value.subarray(5);
  if (subType === UUID && bytes.length === 16) return { $uuid: new Binary(bytes.slice(), UUID).toUUID().toString() };
  const shown = subType.toString(16).padStart(2, "0");
  return { $binary: { base64: Buffer.from(bytes).toString("base64"), subType: shown } };
}

function date(value: bigint): unknown {
  if (value < FIRST_DATE || value > LAST_DATE) return { $date: { $numberLong: String(value) } };
  return { $date: new Date(Number(value)).toISOString() };
}

function regex(value: Uint8Array): unknown {
  const zero = value.indexOf(0);
  const [pattern, options] = [value.subarray(0, zero), value.subarray(zero + 1, -1)].map(utf8);
  return { $regularExpression: { pattern, options } };
}

// int32 length | text | 0
function text(value: Uint8Array, at: number): string {
  const length = new DataView(value.buffer, value.byteOffset, value.byteLength).getInt32(at, true);
  return utf8(value.subarray(at + 4, at + 3 + length));
}

function utf8(bytes: Uint8Array): string {
  const read = exactText(bytes);
  if (read === undefined) throw new FormatError("format.bytes", "text that is no UTF-8", "document");
  return read;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const wrong = (what: string) => new FormatError("format.bytes", `BSON has ${what}`, "document");
