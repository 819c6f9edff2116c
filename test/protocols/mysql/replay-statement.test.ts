import { expect, test } from "bun:test";
import { mysql } from "../../../src/protocols/mysql/index.ts";
import { describe } from "../../../src/protocols/mysql/replay-statement.ts";
import type { Execution, MysqlSpec, Statement } from "../../../src/protocols/mysql/spec.ts";
import { exactPool } from "../../support/exact-pool.ts";

const who = { database: "shop", user: "app" };
const pool = (...specs: MysqlSpec[]) =>
  exactPool(mysql, specs.map((spec) => ({ spec, startedAt: 0, endedAt: 0, reuse: "repeat" as const }))); // prettier-ignore
const statement: Statement = { type: "statement", ...who, sql: "SELECT ?", number: 4, parameters: [], columns: [], warnings: 0, ends: [], error: null }; // prettier-ignore
const execution: Execution = { type: "execution", encoding: "binary", ...who, sql: "SELECT ?", parameters: [{ type: 8, name: "", value: "1" }], isCursor: false, replies: [] }; // prettier-ignore

test("a statement is described as recorded, again and again", () => {
  const mocks = pool(statement);
  expect([describe(mocks, who, "SELECT ?"), describe(mocks, who, "SELECT ?;")]).toEqual([statement, statement]);
});

test("one that was prepared unseen is described by its execution; an unknown one is a miss", () => {
  expect(describe(pool(execution), who, "SELECT ?")).toMatchObject({ sql: "SELECT ?", parameters: [{ name: "?" }] });
  const bulk = [{ type: 0x10000, name: "", value: "2" }, ...["1", "2"].map((value) => ({ type: 8, name: "", value }))];
  const rows = { ...execution, parameters: bulk };
  expect(describe(pool(rows), who, "SELECT ?")).toMatchObject({ parameters: [{ name: "?" }] });
  expect(describe(pool(statement), who, "SELECT ? + 1")).toMatchObject({ miss: { asked: "prepare SELECT ? + 1" } });
});
