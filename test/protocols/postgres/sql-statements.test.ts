import { expect, test } from "bun:test";
import { statementsOf } from "../../../src/protocols/postgres/sql-statements.ts";

test("a text without a semicolon is one statement", () => {
  expect([statementsOf("SELECT 1"), statementsOf("")]).toEqual([["SELECT 1"], [""]]);
});

test("semicolons part statements, but not within quotes and comments", () => {
  expect(statementsOf("SET a TO b;SET TIME ZONE INTERVAL '+00:00' HOUR TO MINUTE;")).toEqual([
    "SET a TO b",
    "SET TIME ZONE INTERVAL '+00:00' HOUR TO MINUTE",
  ]);
  const whole = [
    "SELECT ';', 'it''s;'",
    String.raw`SELECT E'\';', e'\\;'`,
    String.raw`SELECT '\'`,
    'SELECT ";" FROM "a"";b"',
    "DO $$ BEGIN; END $$",
    "DO $f$ a; $$; b; $f$",
    "SELECT 1 -- one; two\n + 1",
    "SELECT 1 /* one; two */ + 1",
    "SELECT 4 / 2 - 1 - $1",
  ];
  expect(statementsOf(whole.join(";"))).toEqual(whole);
});

test("an open quote holds the rest together, one character at a time, and nothing is lost", () => {
  expect(statementsOf("SELECT 'a; b").join(";")).toBe("SELECT 'a; b");
});

test("empty statements count, save at the end", () => {
  expect([statementsOf(";"), statementsOf("; ;SELECT 1; ")]).toEqual([[""], ["", " ", "SELECT 1"]]);
});
