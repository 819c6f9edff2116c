import { expect, test } from "bun:test";
import { namesInStatement } from "../../../src/core/secrets/sql-names.ts";

const read = (sql: string) => {
  const { parameters, literals } = namesInStatement(sql);
  return { parameters: Object.fromEntries(parameters), literals: literals.map(({ from, to }) => sql.slice(from, to)) };
};

test("parameters of INSERT by their columns, over several rows", () => {
  expect(read("INSERT INTO users (name, password) VALUES ($1, $2), ($3, $4)")).toEqual({
    parameters: { 0: "name", 1: "password", 2: "name", 3: "password" },
    literals: [],
  });
  expect(read('insert into "users" ("name", "api_token") values (?, crypt(?, ?))').parameters).toEqual({ 0: "name", 1: "api_token", 2: "api_token" }); // prettier-ignore
});

test("parameters and texts that are compared or set", () => {
  expect(read("SELECT id FROM users WHERE name = $1 AND password = crypt($2, password)").parameters).toEqual({ 1: "password" }); // prettier-ignore
  expect(read("UPDATE t SET token = 'it''s', n = 'x' WHERE `secret` IN ('a1', $1)")).toEqual({
    parameters: { 0: "secret" },
    literals: ["it''s", "a1"],
  });
});

test("statements without such columns name nothing", () => {
  const statements = ["SELECT * FROM orders WHERE id = $1 AND sha = 'abc'", "INSERT INTO t (a, b) VALUES ($1, 'x')", "INSERT INTO t SELECT * FROM u", "-- password = 'x'\nSELECT 1", "SELECT 'password = ''x'''", "UPDATE t SET token = NULL"]; // prettier-ignore
  for (const sql of statements) expect([sql, read(sql)]).toEqual([sql, { parameters: {}, literals: [] }]);
});
