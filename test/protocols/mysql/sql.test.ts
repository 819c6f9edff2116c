import { expect, test } from "bun:test";
import { canonicalSql, isSessionStatement, shapeOf, usedDatabase } from "../../../src/protocols/mysql/sql.ts";

test("tracers' comments and ends do not count", () => {
  expect(canonicalSql(" SELECT 1 /*traceparent='00-ab'*/ ; ")).toBe("SELECT 1");
  expect(canonicalSql("SELECT  'a;'")).toBe("SELECT  'a;'");
});

test("values are told from the rest of a statement", () => {
  expect(shapeOf("SELECT a1, `2` FROM t2 WHERE id = 7 AND n = 'it''s \\' ok' AND x IN (1.5, -2e3)")).toEqual({
    shape: "SELECT a1, `2` FROM t2 WHERE id = ? AND n = ? AND x IN (?, -?)",
    values: ["7", "'it''s \\' ok'", "1.5", "2e3"],
  });
});

test("what pools ask is told from what programs ask", () => {
  const asked = ["SET NAMES utf8", "SELECT @@version_comment LIMIT 1", "/* ping */ SELECT 1", "START TRANSACTION", "SELECT DATABASE()"]; // prettier-ignore
  expect(asked.filter((sql) => !isSessionStatement(sql))).toEqual([]);
  const own = ["SELECT * FROM items", "INSERT INTO t VALUES (1)", "COMMIT", "CALL p()", "SELECT 1 FROM items"];
  expect(own.filter(isSessionStatement)).toEqual([]);
});

test("USE names a database", () => {
  expect([usedDatabase("use `a``b`;"), usedDatabase("USE shop"), usedDatabase("SELECT 1")]).toEqual(["a`b", "shop", undefined]); // prettier-ignore
});
