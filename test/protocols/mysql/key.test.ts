import { expect, test } from "bun:test";
import { executionShape, filesOf, keyOf, parameterText, SESSION_SHAPE } from "../../../src/protocols/mysql/key.ts";
import type { Execution } from "../../../src/protocols/mysql/spec.ts";

const asked: Execution = {
  type: "execution",
  encoding: "binary",
  database: "shop",
  user: "app",
  sql: "SELECT name FROM items WHERE id = ?",
  parameters: [{ type: 8, name: "", value: "7" }],
  isCursor: false,
  replies: [],
};
const text = (change: Partial<Execution>) => keyOf({ ...asked, ...change }).text;

test("every value counts", () => {
  const changes: Partial<Execution>[] = [
    { parameters: [{ type: 8, name: "", value: "8" }] },
    { parameters: [{ type: 8, name: "", value: null }] },
    { parameters: [{ type: 8, name: "", value: Buffer.from("7") }] },
    { database: "other" },
    { user: "ed" },
    { sql: "SELECT name FROM items WHERE id < ?" },
    { encoding: "text" },
    { replies: [{ reply: "file", file: "x", sent: Uint8Array.of(1) }] },
  ];
  expect(new Set([text({}), ...changes.map(text)]).size).toBe(changes.length + 1);
});

test("answers do not, nor does what surrounds a statement", () => {
  expect(text({ sql: ` ${asked.sql};`, replies: [{ reply: "raw", payload: "x" }] })).toBe(text({}));
});

test("people see the statement with its values; alike statements have one shape", () => {
  expect(keyOf(asked).asked).toBe("SELECT name FROM items WHERE id = ? [7]");
  expect(executionShape({ encoding: "text", sql: "SELECT 1" })).toBe(executionShape({ encoding: "text", sql: "SELECT 2" })); // prettier-ignore
  expect(keyOf({ type: "session", database: "", user: "", greeting: null, reply: { reply: "raw", payload: "" } }).shape).toBe(SESSION_SHAPE); // prettier-ignore
  expect(parameterText({ type: 8, name: "n", value: "7" })).toEqual(["bigint", "n", "7"]);
  expect(filesOf([{ reply: "file", file: "x", sent: Uint8Array.of(1) }])[0]).toStartWith("1 4bf5122f");
});
