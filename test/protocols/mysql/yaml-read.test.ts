import { expect, test } from "bun:test";
import { FormatError } from "../../../src/core/errors.ts";
import { fromYaml } from "../../../src/protocols/mysql/yaml-read.ts";
import { toYaml } from "../../../src/protocols/mysql/yaml-write.ts";

const column = { name: "n", type: "int", charset: 63, length: 11 };
const asked = { database: "shop", user: "app", encoding: "binary", sql: "SELECT ?", parameters: [{ type: "unsigned int", value: 7 }] }; // prettier-ignore
const document = { ...asked, replies: [{ columns: [column] }, { rows: [[7], [null]] }, { end: { status: 2 } }] };

test("a document written by hand is a spec, and numbers may stand for values", () => {
  const spec = fromYaml("Mysql", document);
  expect(toYaml(spec).spec).toMatchObject({ parameters: [{ type: "unsigned int", value: "7" }], replies: [{}, { rows: [["7"], [null]] }, {}] }); // prettier-ignore
});

test("rows fetched are read by the columns that stand with them", () => {
  const fetch = { database: "", user: "", sql: "SELECT n", turn: 0, count: 2, columns: [column], replies: [{ rows: [["7"]] }] }; // prettier-ignore
  const spec = fromYaml("MysqlFetch", fetch);
  expect(toYaml(spec)).toMatchObject({ kind: "MysqlFetch", spec: { turn: 0, replies: [{ rows: [["7"]] }] } });
});

test("what is wrong is named by its path", () => {
  const rows = (cells: unknown) => ({ ...document, replies: [{ columns: [column] }, { rows: [cells] }] });
  expect(() => fromYaml("Mysql", rows(["seven"]))).toThrow("spec.replies[1].rows");
  expect(() => fromYaml("Mysql", rows([1, 2]))).toThrow("rows of 1 values");
  for (const [kind, spec] of [
    ["Other", document],
    ["Mysql", {}],
    ["MysqlSession", { database: "", user: "" }],
  ] as const) {
    // prettier-ignore
    expect(() => fromYaml(kind, spec)).toThrow(FormatError);
  }
});
