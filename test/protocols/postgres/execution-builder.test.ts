import { expect, test } from "bun:test";
import { ExecutionBuilder } from "../../../src/protocols/postgres/execution-builder.ts";

const begin = (sql: string): ExecutionBuilder =>
  new ExecutionBuilder({ form: "simple", database: "d", user: "u", sql, cursor: null, parameters: [], resultFormats: [], before: "I", at: 1 }); // prettier-ignore

test("rows that follow each other are one run, and notices part them", () => {
  const builder = begin("SELECT 1 FROM t");
  builder.addRun("rows", Uint8Array.of(1), 2);
  builder.addRun("rows", Uint8Array.of(2), 3);
  builder.add({ reply: "notice", fields: [] }, 4);
  builder.addRun("rows", Uint8Array.of(3), 5);
  const { spec, startedAt, endedAt, reuse } = builder.finish("I");
  expect(spec.replies).toEqual([
    { reply: "rows", rows: Uint8Array.of(1, 2) },
    { reply: "notice", fields: [] },
    { reply: "rows", rows: Uint8Array.of(3) },
  ]);
  expect([startedAt, endedAt, reuse]).toEqual([1, 5, "once"]);
});

test("upkeep that succeeded may be answered again, what writes may not", () => {
  const begun = begin("BEGIN");
  begun.add({ reply: "tag", tag: "BEGIN" }, 2);
  expect(begun.finish("T").reuse).toBe("repeat");
  const committed = begin("COMMIT");
  committed.add({ reply: "tag", tag: "COMMIT" }, 2);
  expect(committed.finish("I").reuse).toBe("once");
  const failed = begin("COMMIT");
  failed.add({ reply: "error", fields: [] }, 2);
  expect(failed.finish("I").reuse).toBe("once");
});
