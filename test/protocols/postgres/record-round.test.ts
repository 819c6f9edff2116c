import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import type { Execution } from "../../../src/protocols/postgres/spec.ts";
import { columns, failure, ready, recorded, row, run, tag, told } from "../../support/postgres-talk.ts";

const executions = (...turns: Buffer[]): Execution[] =>
  recorded(...turns).flatMap(({ spec }) => (spec.type === "execution" ? [spec] : []));
const brief = (list: Execution[]): string[] =>
  list.map(({ sql, stage, replies }) => `${stage} ${sql}: ${replies.map((each) => each.reply).join(" ")}`);

const parsed = Buffer.concat([told("1"), told("2")]);

test("after an error in a pipeline everything up to Sync is skipped, and the rest is read rightly", () => {
  const pipeline = Buffer.concat([
    ...["SELECT 1 FROM a", "SELECT 1/0 FROM b", "SELECT 3 FROM c"].map((sql) => run(sql).subarray(0, -5)),
    Buffer.from(serialize.sync()),
  ]);
  const answers = Buffer.concat([parsed, columns(["a", 23]), row("1"), tag("SELECT 1"), parsed, columns(["b", 23]), failure("22012", "division by zero"), ready()]); // prettier-ignore
  const next = Buffer.concat([parsed, columns(["d", 23]), row("4"), tag("SELECT 1"), ready()]);
  expect(brief(executions(pipeline, answers, run("SELECT 4 FROM d"), next))).toEqual([
    "execute SELECT 1 FROM a: columns rows tag",
    "execute SELECT 1/0 FROM b: columns error",
    "execute SELECT 4 FROM d: columns rows tag",
  ]);
});

test("a portal that is fetched in portions is one execution", () => {
  const open = Buffer.concat([serialize.query("BEGIN")]);
  const bind = Buffer.concat([serialize.parse({ text: "SELECT i" }), serialize.bind({ portal: "p" }), serialize.execute({ portal: "p", rows: 1 }), serialize.sync()]); // prettier-ignore
  const more = Buffer.concat([serialize.execute({ portal: "p", rows: 1 }), serialize.sync()]);
  const list = executions(
    open,
    Buffer.concat([tag("BEGIN"), ready("T")]),
    bind,
    Buffer.concat([parsed, row("1"), told("s"), ready("T")]),
    more,
    Buffer.concat([tag("SELECT 0"), ready("T")]),
  );
  expect(brief(list)).toEqual(["execute BEGIN: tag", "execute SELECT i: rows suspended tag"]);
  expect(list[1]?.transaction).toEqual({ before: "T", after: "T" });
});

test("copied data is kept without its messages' borders, and a Sync sent early is not waited for", () => {
  const early = Buffer.concat([serialize.parse({ text: "COPY t FROM STDIN" }), serialize.bind({}), serialize.execute({}), serialize.sync()]); // prettier-ignore
  const data = Buffer.concat([serialize.copyData(Buffer.from("1\n2")), serialize.copyData(Buffer.from("\n")), serialize.copyDone(), serialize.sync()]); // prettier-ignore
  const [copy] = executions(early, Buffer.concat([parsed, told("G", 0, { int16: 0 })]), data, Buffer.concat([tag("COPY 2"), ready()])); // prettier-ignore
  const sent = copy?.replies[0];
  expect(sent?.reply === "copyIn" ? [Buffer.from(sent.sent.data).toString(), sent.sent.end] : []).toEqual(["1\n2\n", "done"]); // prettier-ignore
});

test("what a listening connection is told later stays with the exchange before it", () => {
  const note = told("A", { int32: 5 }, "ch", "hi");
  const [listen] = executions(
    serialize.query("LISTEN ch"),
    Buffer.concat([tag("LISTEN"), ready()]),
    Buffer.alloc(0),
    note,
  );
  expect(listen?.pushes).toEqual([{ afterMs: 2, reply: { reply: "notification", process: 5, channel: "ch", payload: "hi" } }]); // prettier-ignore
});

test("a refused Parse is an execution of its own, and a description is told once", () => {
  const describe = Buffer.concat([serialize.parse({ name: "s", text: "SELECT $1" }), serialize.describe({ type: "S", name: "s" }), serialize.sync()]); // prettier-ignore
  const described = Buffer.concat([told("1"), told("t", { int16: 1 }, { int32: 23 }), columns(["a", 23]), ready()]);
  const all = recorded(describe, Buffer.concat([failure("42P01", "no"), ready()]), describe, described, describe, described); // prettier-ignore
  expect(all.map(({ spec, reuse }) => [spec.type, spec.type === "execution" ? spec.replies.length : 0, reuse])).toEqual(
    [
      ["execution", 1, "once"],
      ["statement", 0, "repeat"],
      ["execution", 0, "repeat"],
    ],
  );
});
