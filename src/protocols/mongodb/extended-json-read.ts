/**
 * Plain data back to BSON, as `extended-json.ts` writes it and as people edit it; canonical and relaxed extended JSON of
 * other tools too. Throws `FormatError` with the path of what is wrong.
 */
import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, serialize, Timestamp, UUID } from "bson"; // prettier-ignore
import { FormatError } from "../../core/errors.ts";
import { type Fields, fieldsOf, wrongAt } from "../../core/plain-data.ts";
import { FIELDS } from "./extended-json.ts";

type Read = (value: unknown, path: string, depth: number) => unknown;

const DEEPEST = 220;
const INT32 = 2 ** 31;

/** A document's bytes. */
export function documentOfPlain(plain: unknown, path: string): Uint8Array {
  const document = asDocument(plain, path, 0);
  try {
    return new Uint8Array(serialize(document as unknown as Fields));
  } catch (cause) {
    throw new FormatError("format.yaml", `${path} fits in no document: ${String(cause)}`, path, { cause });
  }
}

function asDocument(value: unknown, path: string, depth: number): Map<string, unknown> {
  const map = fieldsOf(value, path);
  const pairs = Object.hasOwn(map, FIELDS) ? pairsOf(map[FIELDS], `${path}.${FIELDS}`) : Object.entries(map);
  const document = new Map<string, unknown>();
  for (const [name, content] of pairs) {
    if (name.includes("\u0000")) throw wrongAt(`${path}.${name}`, "a name without a zero byte");
    if (document.has(name)) throw wrongAt(`${path}.${name}`, "there once");
    document.set(name, asValue(content, `${path}.${name}`, depth + 1));
  }
  return document;
}

function pairsOf(value: unknown, path: string): [string, unknown][] {
  if (!Array.isArray(value)) throw wrongAt(path, "a list of pairs");
  return value.map((pair: unknown, at) => {
    const [name, content] = Array.isArray(pair) && pair.length === 2 ? (pair as unknown[]) : [];
    if (typeof name !== "string") throw wrongAt(`${path}[${at}]`, "a name with its value");
    return [name, content];
  });
}

function asValue(value: unknown, path: string, depth: number): unknown {
  if (depth > DEEPEST) throw wrongAt(path, "nested so deeply");
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return value;
  if (typeof value === "number") return asNumber(value);
  if (value instanceof Uint8Array) return new Binary(value, 0);
  if (Array.isArray(value)) return value.map((item, at) => asValue(item, `${path}[${at}]`, depth + 1));
  const map = fieldsOf(value, path);
  const [first = ""] = Object.keys(map);
  const read = Object.hasOwn(TYPED, first) ? TYPED[first] : undefined;
  return read === undefined ? asDocument(map, path, depth) : attempt(() => read(map, path, depth), path, first);
}

function asNumber(value: number): unknown {
  if (!Number.isInteger(value) || Object.is(value, -0)) return new Double(value);
  if (value >= -INT32 && value < INT32) return new Int32(value);
  return Number.isSafeInteger(value) ? Long.fromNumber(value) : new Double(value);
}

const TYPED: Readonly<Record<string, Read>> = {
  $oid: (map, path) => ObjectId.createFromHexString(matched(map, "$oid", path, /^[0-9a-fA-F]{24}$/)),
  $numberInt: (map, path) => new Int32(Number(matched(map, "$numberInt", path, /^-?\d{1,10}$/))),
  $numberLong: (map, path) => Long.fromStringStrict(matched(map, "$numberLong", path, /^-?\d{1,19}$/)),
  $numberDouble: (map, path) => new Double(Number(matched(map, "$numberDouble", path, /^(?:-?Infinity|NaN|-?\d[-+.\deE]*)$/))), // prettier-ignore
  $numberDecimal: (map, path) => Decimal128.fromString(matched(map, "$numberDecimal", path, /^[^]+$/)),
  $uuid: (map, path) => new UUID(matched(map, "$uuid", path, /^[^]+$/)),
  $symbol: (map, path) => new BSONSymbol(matched(map, "$symbol", path, /^[^]*$/)),
  $minKey: () => new MinKey(),
  $maxKey: () => new MaxKey(),
  $binary: (map, path) => {
    const inner = fieldsOf(fieldsOf(map, path)["$binary"], `${path}.$binary`);
    const base64 = matched(inner, "base64", `${path}.$binary`, /^[A-Za-z0-9+/]*={0,2}$/);
    const subType = matched(inner, "subType", `${path}.$binary`, /^[0-9a-fA-F]{1,2}$/);
    return new Binary(Buffer.from(base64, "base64"), Number.parseInt(subType, 16));
  },
  $date: (map, path) => {
    const content = fieldsOf(map, path)["$date"];
    if (typeof content === "string") return asDate(Date.parse(content), path);
    const inner = fieldsOf(content, `${path}.$date`);
    return asDate(Number(matched(inner, "$numberLong", `${path}.$date`, /^-?\d{1,19}$/)), path);
  },
  $timestamp: (map, path) => {
    const { t, i } = fieldsOf(fieldsOf(map, path)["$timestamp"], `${path}.$timestamp`);
    if (!isUnsigned(t) || !isUnsigned(i)) throw wrongAt(`${path}.$timestamp`, "of two whole numbers");
    return new Timestamp({ t, i });
  },
  $regularExpression: (map, path) => {
    const inner = fieldsOf(fieldsOf(map, path)["$regularExpression"], `${path}.$regularExpression`);
    const pattern = matched(inner, "pattern", path, /^[^\0]*$/);
    return new BSONRegExp(pattern, matched(inner, "options", path, /^[a-z]*$/));
  },
  $code: (map, path, depth) => {
    const code = matched(map, "$code", path, /^[^]*$/);
    const scope = fieldsOf(map, path)["$scope"];
    if (scope === undefined) return new Code(code);
    return new Code(code, asDocument(scope, `${path}.$scope`, depth + 1) as unknown as Fields);
  },
};

/** What the package itself refuses is wrong there. */
function attempt(read: () => unknown, path: string, type: string): unknown {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError("format.yaml", `${path} is no ${type}.`, path, { cause });
  }
}

function asDate(at: number, path: string): Date {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) throw wrongAt(path, "a date");
  return date;
}

function matched(map: unknown, name: string, path: string, form: RegExp): string {
  const value = fieldsOf(map, path)[name];
  if (typeof value !== "string" || !form.test(value)) throw wrongAt(`${path}.${name}`, "what such a value looks like");
  return value;
}

const isUnsigned = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
