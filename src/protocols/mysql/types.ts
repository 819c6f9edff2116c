/** The types of values by number, and their names in files. */

export const Type = {
  Decimal: 0,
  Tiny: 1,
  Short: 2,
  Long: 3,
  Float: 4,
  Double: 5,
  Null: 6,
  Timestamp: 7,
  LongLong: 8,
  Int24: 9,
  Date: 10,
  Time: 11,
  DateTime: 12,
  Year: 13,
  NewDate: 14,
  Blob: 252,
  VarString: 253,
  String: 254,
} as const;

/** Added to a parameter's type whose number has no sign. */
export const UNSIGNED = 0x8000;
/** In a column's flags, for the same. */
export const UNSIGNED_COLUMN = 0x20;
/**
 * How many rows MariaDB's bulk execution has, whose values follow; where they cannot be told, all of it. No type of the wire.
 */
export const BULK = 0x10000;

const NAMES: readonly (readonly [number, string])[] = [
  ...([[0, "decimal"], [1, "tinyint"], [2, "smallint"], [3, "int"], [4, "float"], [5, "double"], [6, "null"]] as const), // prettier-ignore
  ...([[7, "timestamp"], [8, "bigint"], [9, "mediumint"], [10, "date"], [11, "time"], [12, "datetime"]] as const), // prettier-ignore
  ...([[13, "year"], [15, "varchar"], [16, "bit"], [242, "vector"], [245, "json"], [246, "newdecimal"]] as const), // prettier-ignore
  ...([
    [247, "enum"],
    [248, "set"],
    [249, "tinyblob"],
    [250, "mediumblob"],
    [251, "longblob"],
  ] as const),
  ...([
    [252, "blob"],
    [253, "varstring"],
    [254, "string"],
    [255, "geometry"],
    [BULK, "bulk"],
  ] as const),
];
const BY_NUMBER = new Map(NAMES);
const BY_NAME = new Map(NAMES.map(([number, name]) => [name, number]));
const UNSIGNED_PREFIX = "unsigned ";

/** `bigint`, `unsigned int`; a number that has no name as it is. */
export function typeName(type: number): string {
  const isUnsigned = (type & UNSIGNED) !== 0;
  const base = isUnsigned ? type - UNSIGNED : type;
  return `${isUnsigned ? UNSIGNED_PREFIX : ""}${BY_NUMBER.get(base) ?? base}`;
}

/** The inverse of `typeName`, or `undefined` for what is none. */
export function typeNumber(name: string): number | undefined {
  const isUnsigned = name.startsWith(UNSIGNED_PREFIX);
  const rest = isUnsigned ? name.slice(UNSIGNED_PREFIX.length) : name;
  const base = BY_NAME.get(rest) ?? (/^\d{1,5}$/.test(rest) ? Number(rest) : undefined);
  if (base === undefined || (base >= UNSIGNED && base !== BULK)) return undefined;
  return isUnsigned ? base + UNSIGNED : base;
}
