import { expect, test } from "bun:test";
import { differences } from "../../../src/protocols/mysql/differences.ts";
import type { Execution } from "../../../src/protocols/mysql/spec.ts";

const execution = (change: Partial<Execution>): Execution => ({
  ...{ type: "execution", encoding: "text", database: "shop", user: "app", sql: "SELECT 1", parameters: [] },
  ...{ isCursor: false, replies: [] },
  ...change,
});

test("nothing differs where the keys are equal", () => {
  expect(differences(execution({}), execution({ sql: "SELECT 1;" }))).toEqual([]);
});

test("parameters and values in the text are named one by one", () => {
  const parameters = (value: string) => ({ sql: "?", parameters: [{ type: 8, name: "", value }] });
  expect(differences(execution(parameters("7")), execution(parameters("8")))).toEqual([
    { path: "parameters[0]", expected: 7, actual: 8, change: "changed" },
  ]);
  const [one, other] = ["SELECT 1 FROM t WHERE id = 7 AND n = 'a'", "SELECT 1 FROM t WHERE id = 7 AND n = 'b'"];
  expect(differences(execution({ sql: one }), execution({ sql: other }))).toEqual([
    { path: "values[2]", expected: "a", actual: "b", change: "changed" },
  ]);
});

test("another statement, database or kind", () => {
  const paths = (change: Partial<Execution>) => differences(execution({}), execution(change)).map(({ path }) => path);
  expect([paths({ sql: "SELECT 1 + 1" }), paths({ database: "x", user: "y" }), paths({ encoding: "binary", isCursor: true })]).toEqual([["sql"], ["database", "user"], ["encoding", "cursor"]]); // prettier-ignore
  const command = { type: "command", database: "shop", user: "app", command: "STATISTICS", argument: "", replies: [] } as const; // prettier-ignore
  expect(differences(command, execution({})).map(({ path }) => path)).toEqual(["request", "sql"]);
});
