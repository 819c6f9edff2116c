import { expect, test } from "bun:test";
import { readSpec } from "../../../src/protocols/postgres/yaml-read.ts";
import { Kind, writeSpec } from "../../../src/protocols/postgres/yaml-write.ts";

const document = (replies: unknown): unknown => ({
  database: "shop",
  user: "app",
  form: "simple",
  sql: "SELECT 1",
  replies,
  transaction: { before: "I", after: "I" },
});

test("a value that a person has edited is sent as edited", () => {
  const spec = readSpec(Kind.Execution, document([{ columns: [{ name: "a", type: "int4", format: "binary" }] }, { rows: [["8"]] }])); // prettier-ignore
  const rows = spec.type === "execution" ? spec.replies[1] : undefined;
  expect(rows?.reply === "rows" ? Buffer.from(rows.rows).toString("hex") : "").toBe("440000000e00010000000400000008");
});

test("what cannot be is refused with its path", () => {
  const attempts: [unknown, string][] = [
    [
      [{ columns: [{ name: "a", type: "int4", format: "binary" }] }, { rows: [["eight"]] }],
      "spec.replies[1].rows[0][0]",
    ],
    [[{ rows: new Uint8Array([1]) }], "spec.replies[0].rows must be whole messages"],
    [[{ columns: [{ name: "a", type: "int5" }] }], "spec.replies[0].columns[0].type"],
    [[{ tags: "x" }], "spec.replies[0]"],
    [[{ error: { colour: "red" } }], "spec.replies[0].error.colour"],
  ];
  for (const [replies, path] of attempts) expect(() => readSpec(Kind.Execution, document(replies))).toThrow(path);
  expect(() => readSpec("Mystery", {})).toThrow("Mystery");
});

test("how long a cancelled query ran is kept", () => {
  const plain = document([{ error: { code: "57014" } }]) as object;
  const read = (cancelledAfterMs: unknown) => readSpec(Kind.Execution, { ...plain, cancelledAfterMs });
  expect(writeSpec(read(12)).spec).toMatchObject({ cancelledAfterMs: 12 });
  expect(() => read(-1)).toThrow("spec.cancelledAfterMs");
});
