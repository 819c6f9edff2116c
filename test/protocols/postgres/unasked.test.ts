import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import { asking } from "../../../src/protocols/postgres/reply-bytes.ts";
import { madeUp, unaskedReplies } from "../../../src/protocols/postgres/unasked.ts";
import { failure, ready, recorded, replayed, row, run, tag, told } from "../../support/postgres-talk.ts";

const talk = () => replayed(recorded());
const parsed = Buffer.concat([told("1"), told("2")]);
const prepared = (text: string) =>
  Buffer.concat([
    serialize.parse({ name: "s", text }),
    serialize.describe({ type: "S", name: "s" }),
    Buffer.from(serialize.sync()),
  ]);

test("how a pool checks an idle connection needs no recording: an empty query, simple and extended", () => {
  const { say } = talk();
  expect(say(serialize.query("")).bytes).toEqual(Buffer.concat([told("I"), ready()]));
  expect(say(serialize.query("-- ping")).bytes).toEqual(Buffer.concat([told("I"), ready()]));
  expect(say(run(""))).toEqual({
    bytes: Buffer.concat([parsed, told("n"), told("I"), ready()]),
    misses: [],
    closes: false,
  });
});

test("a constant is its own answer, in the format asked for, and described", () => {
  const { say } = talk();
  const one = say(serialize.query("SELECT 1"));
  expect(one.misses).toEqual([]);
  expect(one.bytes.includes(Buffer.concat([row("1"), tag("SELECT 1"), ready()]))).toBe(true);
  expect(say(run("select 7 as n", [], true)).bytes.includes(row(Buffer.from([0, 0, 0, 7])))).toBe(true);
  expect(say(prepared("SELECT 'x' AS Up")).bytes.includes("up\0")).toBe(true);
});

test("what each text is answered with", () => {
  const shape = (sql: string): unknown[] | undefined =>
    unaskedReplies(sql)?.map((each) => (each.reply === "columns" ? [each.columns[0]?.name, each.columns[0]?.type] : each.reply === "rows" ? Buffer.from(each.rows) : each)); // prettier-ignore
  const select = { reply: "tag", tag: "SELECT 1" } as const;
  expect(shape("select TRUE")).toEqual([["bool", 16], row("t"), select]);
  expect(shape("SELECT NULL")).toEqual([["?column?", 25], row(null), select]);
  expect(shape(`SELECT 'ok' "State"`)).toEqual([["State", 25], row("ok"), select]);
  expect(shape("SELECT 1")).toEqual([["?column?", 23], row("1"), select]);
  expect(shape("DEALLOCATE ALL")).toEqual([{ reply: "tag", tag: "DEALLOCATE ALL" }]);
  expect(shape("rollback to savepoint x")).toEqual([{ reply: "tag", tag: "ROLLBACK" }]);
});

test("the name that a client gives itself is told back", () => {
  const parameter = told("S", Buffer.from("application_name\0it's me 4711\0"));
  const expected = Buffer.concat([parameter, tag("SET"), ready()]);
  const { say } = talk();
  expect(say(serialize.query("SET application_name = 'it''s me 4711'"))).toEqual({ bytes: expected, misses: [], closes: false }); // prettier-ignore
  const extended = say(run("set session application_name TO 'it''s me 4711'"));
  expect(extended.misses).toEqual([]);
  expect(extended.bytes.includes(Buffer.concat([parameter, tag("SET")]))).toBe(true);
  expect(say(serialize.query("SET search_path = 'x'")).misses).toEqual(["SET search_path = 'x'"]);
});

test("whatever data decides is asked of the pool", () => {
  for (const sql of ["SELECT a", "SELECT 1 FROM t", "SELECT now()", "SELECT 1; DROP TABLE t", "COMMIT", "SELECT 99999999999"]) expect(unaskedReplies(sql)).toBeUndefined(); // prettier-ignore
  expect(talk().say(serialize.query("SELECT 1 FROM t")).misses).toEqual(["SELECT 1 FROM t"]);
});

test("a recorded answer goes before one made up", () => {
  const { say } = replayed(recorded(serialize.query("SELECT 1"), Buffer.concat([failure("57P01", "going down"), ready()]))); // prettier-ignore
  expect(say(serialize.query("SELECT 1")).bytes.includes("going down")).toBe(true);
});

test("what is made up moves the transaction on", () => {
  const asked = asking({ form: "simple", database: "shop", user: "app", sql: "x", cursor: null, parameters: [], resultFormats: [] }, { stage: "execute" }); // prettier-ignore
  const within = { ...asked, transaction: { before: "T", after: "T" } } as const;
  const after = (...replies: Parameters<typeof madeUp>[1]) => madeUp(within, replies).transaction.after;
  expect(after({ reply: "error", fields: [] })).toBe("E");
  expect(after({ reply: "tag", tag: "ROLLBACK" })).toBe("I");
  expect(after({ reply: "empty" })).toBe("T");
});
