import { expect, test } from "bun:test";
import {
  canonicalSql,
  chains,
  declaredCursor,
  endsTransaction,
  isPartialRollback,
  isRollback,
  isUpkeep,
  usedCursor,
  verbOf,
  withoutCursor,
} from "../../../src/protocols/postgres/sql.ts";

test("made-up names, tracers' comments and the ends do not count; everything else does", () => {
  const pairs = [
    ["  SELECT  1 ; ", "SELECT  1"],
    ["SELECT 1 /*traceparent='00-ab-cd-01'*/", "SELECT 1"],
    ["SELECT '/* traceparent */'", "SELECT '/* traceparent */'"],
    ['SAVEPOINT "s140_x1"', "SAVEPOINT <savepoint>"],
    ["ROLLBACK TO SAVEPOINT sp_1", "ROLLBACK TO SAVEPOINT <savepoint>"],
    ["ROLLBACK", "ROLLBACK"],
    ["DEALLOCATE pdo_stmt_1", "DEALLOCATE <statement>"],
    ["DEALLOCATE ALL", "DEALLOCATE ALL"],
    ["SELECT 1 FROM pg_catalog.pg_cursors WHERE name = '_curs_14'", "SELECT 1 FROM pg_catalog.pg_cursors WHERE name = '<cursor>'"], // prettier-ignore
    ['DECLARE "_curs_14" NO SCROLL CURSOR FOR SELECT 1', "DECLARE <cursor> NO SCROLL CURSOR FOR SELECT 1"],
  ] as const;
  expect(pairs.map(([sql]) => canonicalSql(sql))).toEqual(pairs.map(([, canonical]) => canonical));
  expect(withoutCursor('FETCH FORWARD 2 FROM "c"')).toBe("FETCH FORWARD 2 FROM <cursor>");
});

test("cursors are known by name, folded as the server folds it", () => {
  expect(declaredCursor('DECLARE "C""x" CURSOR FOR SELECT 1')).toBe('C"x');
  expect(["FETCH 2 FROM Abc;", "CLOSE abc", "MOVE ALL IN abc", "SELECT 1"].map(usedCursor)).toEqual(["abc", "abc", "abc", null]); // prettier-ignore
});

test("upkeep of a session is told from the program's own questions", () => {
  const upkeep = ["BEGIN", "set x = 1", "", ";", "SELECT 1", "-- ping\nSELECT 1", "DISCARD ALL", "SHOW server_version", "SELECT t.oid FROM pg_type t", "CLOSE ALL; UNLISTEN *; RESET ALL;", "SET client_min_messages TO warning;SET TIME ZONE INTERVAL '+00:00' HOUR TO MINUTE;", "SET x = 'a;b'; SHOW x", "SELECT set_config('TimeZone', $1, false)", "select set_config('a', 'b(c)', true), current_setting('x') AS y"]; // prettier-ignore
  const own = ["COMMIT", "end", "SELECT id FROM t", "INSERT INTO t VALUES(1)", "BEGIN; DELETE FROM t", "SET x = 'a'; DELETE FROM t", "BEGIN; SELECT ';'; DELETE FROM t", "NOTIFY ch", "SELECT 1 FROM t", "SELECT set_config('a', x, true) FROM t"]; // prettier-ignore
  expect([upkeep.filter((sql) => !isUpkeep(sql)), own.filter(isUpkeep)]).toEqual([[], []]);
});

test("what ends a transaction", () => {
  expect([verbOf("/* a */ Select 1"), verbOf(" ; "), verbOf("(SELECT 1)")]).toEqual(["select", "", "("]);
  expect(["COMMIT", "end", "ROLLBACK TO x", "ABORT", "SELECT 1"].map(endsTransaction)).toEqual([true, true, true, true, false]); // prettier-ignore
  expect([isRollback("abort"), isPartialRollback("ROLLBACK WORK TO a"), isPartialRollback("ROLLBACK")]).toEqual([true, true, false]); // prettier-ignore
  expect([chains("COMMIT AND CHAIN;"), chains("COMMIT")]).toEqual([true, false]);
});
