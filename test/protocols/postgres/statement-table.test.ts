import { expect, test } from "bun:test";
import { cursorStatement, StatementTable } from "../../../src/protocols/postgres/statement-table.ts";

test("types are those described, else those declared, else unknown", () => {
  const table = new StatementTable<string>();
  const prepared = table.prepare("s", "SELECT $1, $2", [23]);
  expect([table.typeOf(prepared, 0), table.typeOf(prepared, 1)]).toEqual([23, 0]);
  prepared.parameters = [20, 25];
  expect([table.typeOf(prepared, 0), table.typeOf(prepared, 1)]).toEqual([20, 25]);
  table.forgetAll();
  expect(table.statements.size).toBe(0);
  expect(cursorStatement({ database: "d", user: "u" }, "DECLARE", null).sql).toBe("cursor of DECLARE");
});
