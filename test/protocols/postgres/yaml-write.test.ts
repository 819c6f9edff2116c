import { expect, test } from "bun:test";
import { Kind, writeSpec } from "../../../src/protocols/postgres/yaml-write.ts";
import { columns, failure, ready, recorded, row, run, tag, told } from "../../support/postgres-talk.ts";

test("an execution reads like what it was", () => {
  const reply = Buffer.concat([told("1"), told("2"), columns(["id", 23, 1], ["name", 25, 1]), row(Buffer.from([0, 0, 0, 7]), "Ann"), row(null, "null"), tag("SELECT 2"), ready()]); // prettier-ignore
  const [exchange] = recorded(run("SELECT id, name FROM t WHERE id < $1", ["9"], true), reply);
  expect(exchange === undefined ? null : writeSpec(exchange.spec)).toEqual({
    kind: Kind.Execution,
    spec: {
      database: "shop",
      user: "app",
      form: "extended",
      sql: "SELECT id, name FROM t WHERE id < $1",
      parameters: [{ type: 0, value: "9" }],
      resultFormats: [1],
      replies: [
        {
          columns: [
            { name: "id", type: "int4", format: "binary", size: -1 },
            { name: "name", type: "text", format: "binary" },
          ],
        },
        {
          rows: [
            ["7", "Ann"],
            [null, "null"],
          ],
        },
        { tag: "SELECT 2" },
      ],
      transaction: { before: "I", after: "I" },
    },
  });
});

test("a large result stays in one piece, and errors have names", () => {
  const big = Buffer.concat([told("1"), told("2"), columns(["a", 25]), row("x".repeat(70_000)), tag("SELECT 1"), ready()]); // prettier-ignore
  const failed = Buffer.concat([
    told("1"),
    told("2"),
    columns(["a", 25]),
    failure("22012", "division by zero"),
    ready(),
  ]);
  const [large, error] = recorded(run("SELECT a"), big, run("SELECT 1/0"), failed).map(({ spec }) => writeSpec(spec).spec) as { replies: { rows?: unknown; error?: unknown }[] }[]; // prettier-ignore
  expect(large?.replies[1]?.rows).toBeInstanceOf(Uint8Array);
  expect(error?.replies[1]?.error).toEqual({ severity: "ERROR", severityPlain: "ERROR", code: "22012", message: "division by zero" }); // prettier-ignore
});
