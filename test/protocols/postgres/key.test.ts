import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { keyOf, SESSION_SHAPE, shapeOf } from "../../../src/protocols/postgres/key.ts";
import { columns, ready, recorded, row, run, tag, told } from "../../support/postgres-talk.ts";

const answer = Buffer.concat([told("1"), told("2"), columns(["a", 25]), row("x"), tag("SELECT 1"), ready()]);
const keys = (...turns: Buffer[]): string[] => recorded(...turns).map(({ spec }) => keyOf(spec).text);

test("values count and statement names do not", () => {
  const named = (name: string, value: string) => Buffer.concat([serialize.parse({ name, text: "SELECT $1" }), serialize.bind({ statement: name, values: [value] }), serialize.describe({ type: "P" }), serialize.execute({}), serialize.sync()]); // prettier-ignore
  const [a, b, c, d] = keys(named("s1", "7"), answer, named("s2", "7"), answer, named("s3", "8"), answer, run("SELECT $1;", ["7"]), answer); // prettier-ignore
  expect([a === b, a === c, a === d]).toEqual([true, false, true]);
});

test("a binary and a text value of one type are one key", () => {
  const parse = serialize.parse({ text: "SELECT $1", types: [23] });
  const bind = (value: Buffer | string) => Buffer.concat([parse, serialize.bind({ values: [value] }), serialize.describe({ type: "P" }), serialize.execute({}), serialize.sync()]); // prettier-ignore
  const [text, binary] = keys(bind("7"), answer, bind(Buffer.from([0, 0, 0, 7])), answer);
  expect(text).toBe(binary ?? "");
});

test("the line for people is short, and shapes say where an execution belongs", () => {
  const [exchange] = recorded(run(`SELECT ${"x".repeat(400)} WHERE id = $1`, ["8"]), answer);
  const asked = exchange === undefined ? "" : keyOf(exchange.spec).asked;
  expect([asked.length < 200, asked.includes("…"), asked.endsWith("WHERE id = $1 [8]")]).toEqual([true, true, true]);
  expect([shapeOf("refused", "SELECT 1"), SESSION_SHAPE]).toEqual(["refused: SELECT 1", "session"]);
});
