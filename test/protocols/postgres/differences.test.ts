import { expect, test } from "bun:test";
import { differences } from "../../../src/protocols/postgres/differences.ts";
import { asking } from "../../../src/protocols/postgres/reply-bytes.ts";
import type { Execution } from "../../../src/protocols/postgres/spec.ts";

const execution = (change: Partial<Execution>): Execution => ({
  ...asking({ form: "extended", database: "shop", user: "app", sql: "SELECT $1", cursor: null, parameters: [{ type: 23, value: "7" }], resultFormats: [] }, {}), // prettier-ignore
  ...change,
});
const lines = (recorded: Partial<Execution>, asked: Partial<Execution>): string[] =>
  differences(execution(recorded), execution(asked)).map(({ path, expected, actual }) => `${path}: ${String(expected)} -> ${String(actual)}`); // prettier-ignore

test("each field that differs is named, and equal keys have none", () => {
  expect(lines({}, {})).toEqual([]);
  expect(lines({ sql: "SELECT $1 ; " }, {})).toEqual([]);
  expect(lines({}, { parameters: [{ type: 23, value: "8" }] })).toEqual(["parameters[0]: 7 -> 8"]);
  expect(lines({}, { parameters: [] })).toEqual(["parameters[0]: 7 -> undefined"]);
  expect(lines({}, { sql: "SELECT $2", user: "ann" })).toEqual(["user: app -> ann", "sql: SELECT $1 -> SELECT $2"]);
  expect(lines({ sql: "SELECT 'a  b'" }, { sql: "SELECT 'a b'" })).toHaveLength(1);
  expect(lines({ transaction: { before: "E", after: "E" } }, {})).toEqual(["transaction.before: E -> I"]);
});

test("copied data differs by its first line", () => {
  const copy = (data: string): Partial<Execution> => ({ replies: [{ reply: "copyIn", format: 0, formats: [], sent: { data: Buffer.from(data), end: "done", reason: "" } }] }); // prettier-ignore
  expect(lines(copy("1\n2\n"), copy("1\n3\n"))).toEqual(["copy.line[1]: 2 -> 3"]);
  expect(lines(copy("1\n"), copy("1\n"))).toEqual([]);
});

test("another kind of mock is far from any query", () => {
  const statement = { type: "statement", database: "shop", user: "app", sql: "SELECT $1", declared: [], parameters: [], columns: null } as const; // prettier-ignore
  expect(differences(statement, execution({})).length).toBeGreaterThan(1);
});
