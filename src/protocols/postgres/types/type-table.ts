/**
 * The built-in types: OID, name, the OID of its array, and the codec where both formats are understood.
 * https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
 */
import { arrayOf } from "./array.ts";
import { date, time, timestamp, timestamptz, timetz } from "./date-time.ts";
import { interval } from "./interval.ts";
import { bool, float4, float8, int2, int4, int8, uint4, uint8 } from "./numbers.ts";
import { numeric } from "./numeric.ts";
import { bytea, char, jsonb, nothing, text, uuid } from "./texts.ts";
import type { ValueCodec } from "./value-codec.ts";

/** What is known of a type; `size` is what RowDescription says of it. */
export interface TypeInfo {
  readonly oid: number;
  readonly name: string;
  readonly size: number;
  readonly codec: ValueCodec | null;
}

const builtIn: readonly (readonly [
  oid: number,
  name: string,
  size: number,
  array: number,
  codec: ValueCodec | null,
])[] = [
  [16, "bool", 1, 1000, bool],
  [17, "bytea", -1, 1001, bytea],
  [18, "char", 1, 1002, char],
  [19, "name", 64, 1003, text],
  [20, "int8", 8, 1016, int8],
  [21, "int2", 2, 1005, int2],
  [22, "int2vector", -1, 1006, null],
  [23, "int4", 4, 1007, int4],
  [24, "regproc", 4, 1008, null],
  [25, "text", -1, 1009, text],
  [26, "oid", 4, 1028, uint4],
  [27, "tid", 6, 1010, null],
  [28, "xid", 4, 1011, uint4],
  [29, "cid", 4, 1012, uint4],
  [30, "oidvector", -1, 1013, null],
  [114, "json", -1, 199, text],
  [142, "xml", -1, 143, text],
  [194, "pg_node_tree", -1, 0, null],
  [600, "point", 16, 1017, null],
  [601, "lseg", 32, 1018, null],
  [602, "path", -1, 1019, null],
  [603, "box", 32, 1020, null],
  [604, "polygon", -1, 1027, null],
  [628, "line", 24, 629, null],
  [650, "cidr", -1, 651, null],
  [700, "float4", 4, 1021, float4],
  [701, "float8", 8, 1022, float8],
  [705, "unknown", -2, 0, text],
  [718, "circle", 24, 719, null],
  [774, "macaddr8", 8, 775, null],
  [790, "money", 8, 791, null],
  [829, "macaddr", 6, 1040, null],
  [869, "inet", -1, 1041, null],
  [1042, "bpchar", -1, 1014, text],
  [1043, "varchar", -1, 1015, text],
  [1082, "date", 4, 1182, date],
  [1083, "time", 8, 1183, time],
  [1114, "timestamp", 8, 1115, timestamp],
  [1184, "timestamptz", 8, 1185, timestamptz],
  [1186, "interval", 16, 1187, interval],
  [1266, "timetz", 12, 1270, timetz],
  [1560, "bit", -1, 1561, null],
  [1562, "varbit", -1, 1563, null],
  [1700, "numeric", -1, 1231, numeric],
  [1790, "refcursor", -1, 2201, text],
  [2205, "regclass", 4, 2210, null],
  [2206, "regtype", 4, 2211, null],
  [2249, "record", -1, 2287, null],
  [2275, "cstring", -2, 1263, text],
  [2278, "void", 4, 0, nothing],
  [2950, "uuid", 16, 2951, uuid],
  [3220, "pg_lsn", 8, 3221, null],
  [3614, "tsvector", -1, 3643, null],
  [3615, "tsquery", -1, 3645, null],
  [3802, "jsonb", -1, 3807, jsonb],
  [3904, "int4range", -1, 3905, null],
  [3906, "numrange", -1, 3907, null],
  [3908, "tsrange", -1, 3909, null],
  [3910, "tstzrange", -1, 3911, null],
  [3912, "daterange", -1, 3913, null],
  [3926, "int8range", -1, 3927, null],
  [4072, "jsonpath", -1, 4073, null],
  [4089, "regnamespace", 4, 4090, null],
  [5069, "xid8", 8, 271, uint8],
];

const byOid = new Map<number, TypeInfo>();
const byName = new Map<string, TypeInfo>();

function add(info: TypeInfo): void {
  byOid.set(info.oid, info);
  byName.set(info.name, info);
}

for (const [oid, name, size, array, codec] of builtIn) {
  add({ oid, name, size, codec });
  if (array !== 0) add({ oid: array, name: `${name}[]`, size: -1, codec: codec === null ? null : arrayOf(oid, codec) });
}

export function typeByOid(oid: number): TypeInfo | undefined {
  return byOid.get(oid);
}

export function typeByName(name: string): TypeInfo | undefined {
  return byName.get(name);
}

export function codecOf(oid: number): ValueCodec | undefined {
  return byOid.get(oid)?.codec ?? undefined;
}
