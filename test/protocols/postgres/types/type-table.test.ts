/** Every codec against a real server: its text and its binary form of the same value, both ways. */
import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { codecOf, typeByName, typeByOid } from "../../../../src/protocols/postgres/types/type-table.ts";
import { connectRaw } from "../../../support/postgres-client.ts";
import { startPostgres } from "../../../support/postgres-server.ts";

const LIMIT_MS = 60_000;

/** What a server must print and send: literals by type. */
const literals: Readonly<Record<string, readonly string[]>> = {
  bool: ["t", "f"],
  int2: ["0", "-32768", "32767"],
  int4: ["0", "-2147483648", "2147483647"],
  int8: ["0", "-9223372036854775808", "9223372036854775807"],
  oid: ["0", "4294967295"],
  float4: ["0", "-0", "1", "1.1", "1e6", "123456", "1234567", "1e-5", "0.0001", "3.4e38", "1e-45", "NaN", "Infinity", "-Infinity"], // prettier-ignore
  float8: ["0", "-0", "1", "0.1", "1e14", "1e15", "123456789012345678", "1e-4", "1e-5", "1.7976931348623157e308", "5e-324", "NaN", "Infinity", "-Infinity"], // prettier-ignore
  numeric: ["0", "0.00", "1", "-1.50", "12.5000", "10000", "9999.9999", "0.0001", "0.00001", "123456789012345678901234567890.123456789", "1e20", "1e-20", "-0.5", "100000000", "NaN", "Infinity", "-Infinity"], // prettier-ignore
  text: ["", "a b", "ünïcödé", "null", "\u{1f600}"],
  varchar: ["x"],
  name: ["pg_class"],
  json: ['{"a":  1}', "null"],
  jsonb: ['{"a": 1, "b": [1, null]}', '"x"'],
  bytea: ["\\x", "\\x00ff5c"],
  uuid: ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
  date: ["2000-01-01", "1999-12-31", "2024-02-29", "0001-01-01", "0001-12-31 BC", "4713-01-01 BC", "5874897-12-31", "infinity", "-infinity"], // prettier-ignore
  time: ["00:00:00", "23:59:59.999999", "24:00:00", "04:05:06.7"],
  timetz: ["04:05:06.7+00", "04:05:06-07:30", "04:05:06+05:30:15"],
  timestamp: ["2000-01-01 00:00:00", "1999-12-31 23:59:59.999999", "0044-03-15 12:00:00 BC", "294276-12-31 23:59:59.999999", "infinity", "-infinity"], // prettier-ignore
  timestamptz: ["2023-11-14 22:13:20.123456+00", "1970-01-01 00:00:00+00", "0044-03-15 12:00:00+00 BC", "infinity"],
  interval: ["00:00:00", "1 day", "-1 days", "1 year 2 mons 3 days 04:05:06.789", "-1 years -2 mons +3 days -04:05:06", "1 mon -1 days", "-00:00:01", "100:00:00", "-1 mons +00:00:01", "178000000 years"], // prettier-ignore
  char: ["a", ""],
};
const arrays: Readonly<Record<string, readonly string[]>> = {
  int4: ["{}", "{1,NULL,3}", "{{1,2},{3,4}}", "[0:1]={7,8}", "[2:3][0:1]={{1,2},{3,4}}"],
  text: ['{"a b",NULL,"NULL","","q\\"x","back\\\\slash",plain,"{x}","a,b"}'],
  numeric: ["{1.50,NaN}"],
  timestamptz: ['{"2023-11-14 22:13:20+00",NULL}'],
  bool: ["{t,f}"],
  uuid: ["{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"],
  bytea: ['{"\\\\x00ff"}'],
};

const quoted = (literal: string): string => `'${literal.replaceAll("'", "''")}'`;

interface Case {
  readonly type: string;
  readonly literal: string;
  readonly sql: string;
}

/** The types whose sending function has an underscore in its name. */
const underscored = new Set("date time timetz timestamp timestamptz interval json jsonb numeric uuid".split(" "));

const cases: readonly Case[] = [
  ...Object.entries(literals).flatMap(([type, list]) =>
    list.map((literal) => {
      const value = `${quoted(literal)}::${type === "char" ? '"char"' : type}`;
      const send = `${type}${underscored.has(type) ? "_" : ""}send`;
      return { type, literal, sql: `SELECT concat(${value}), encode(${send}(${value}),'hex')` };
    }),
  ),
  ...Object.entries(arrays).flatMap(([type, list]) =>
    list.map((literal) => {
      const value = `${quoted(literal)}::${type}[]`;
      return { type: `${type}[]`, literal, sql: `SELECT concat(${value}), encode(array_send(${value}),'hex')` };
    }),
  ),
];

test(
  "text and binary are the server's own, both ways",
  async () => {
    await using server = await startPostgres("trust");
    using client = await connectRaw(server.port);
    await client.round(serialize.query("SET extra_float_digits=1; SET TimeZone='UTC'"));
    const wrong: unknown[] = [];
    for (const { type, literal, sql } of cases) {
      const told = await client.round(serialize.query(sql));
      const row = told.find((each) => each.name === "dataRow")?.["fields"] as [string, string] | undefined;
      const codec = typeByName(type)?.codec;
      if (row === undefined || codec === undefined || codec === null) {
        wrong.push({ type, literal, told });
        continue;
      }
      const [text, hex] = row;
      const shown = codec.toText(Uint8Array.from(Buffer.from(hex, "hex")));
      const bytes = codec.toBinary(text);
      const sent = bytes === undefined ? undefined : Buffer.from(bytes).toString("hex");
      if (shown !== text || sent !== hex) wrong.push({ type, literal, text, shown, hex, sent });
    }
    expect(wrong).toEqual([]);
  },
  LIMIT_MS,
);

test(
  "names, OIDs, sizes and array OIDs are those of the catalog",
  async () => {
    await using server = await startPostgres("trust");
    using client = await connectRaw(server.port);
    const told = await client.round(
      serialize.query("SELECT t.oid, CASE WHEN e.oid IS NULL THEN t.typname::text ELSE e.typname||'[]' END, t.typlen FROM pg_type t LEFT JOIN pg_type e ON e.typarray=t.oid WHERE t.oid<10000"), // prettier-ignore
    );
    const rows = told.flatMap((each) => (each.name === "dataRow" ? [each["fields"] as [string, string, string]] : []));
    expect(rows.length).toBeGreaterThan(100);
    const wrong = rows.filter(([oid, name, size]) => {
      const known = typeByOid(Number(oid));
      return known !== undefined && (known.name !== name || known.size !== Number(size));
    });
    expect(wrong).toEqual([]);
  },
  LIMIT_MS,
);

test("a type is found by its OID and by its name, and unknown ones are not", () => {
  expect(typeByOid(23)).toBe(typeByName("int4"));
  expect(typeByOid(1007)?.name).toBe("int4[]");
  expect(codecOf(16_999)).toBeUndefined();
  expect(codecOf(600)).toBeUndefined();
});
