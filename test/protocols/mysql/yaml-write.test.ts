import { expect, test } from "bun:test";
import { mysql } from "../../../src/protocols/mysql/index.ts";
import { KINDS, toYaml } from "../../../src/protocols/mysql/yaml-write.ts";
import { recordWire } from "../../support/run-session.ts";
import { wiresOf } from "../../support/wire.ts";

const documents = wiresOf("mysql").flatMap((wire) => recordWire(mysql, wire).exchanges.map(({ spec }) => toYaml(spec)));

test("rows are values that people read, in text and in binary", () => {
  const rows = (encoding: string) =>
    documents.flatMap(({ spec }) => {
      const { sql, encoding: own, replies } = spec as { sql?: string; encoding?: string; replies?: { rows?: unknown }[] }; // prettier-ignore
      return sql === "SELECT * FROM types" && own === encoding ? (replies ?? []).flatMap((each) => each.rows ?? []) : []; // prettier-ignore
    }) as unknown[][];
  for (const encoding of ["text", "binary"]) {
    expect(rows(encoding)[0]?.slice(0, 6)).toEqual(["-1", "65535", "-8388608", "4294967295", "-9223372036854775808", "18446744073709551615"]); // prettier-ignore
  }
});

test("every kind of what is kept has a document", () => {
  const kinds = new Set(documents.map(({ kind }) => kind));
  expect(Object.values(KINDS).filter((kind) => !kinds.has(kind))).toEqual([]);
});
