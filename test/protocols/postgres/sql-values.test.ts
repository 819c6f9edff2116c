import { expect, test } from "bun:test";
import { valuesOf } from "../../../src/protocols/postgres/sql-values.ts";

test("values in each of their spellings, and what is none", () => {
  const sql = `INSERT INTO t1 ("a b", c2) -- 'no'
    VALUES ('it''s', E'a\\'b', 42, 1.50, $1, $$do$$, $x$re$x$, '2026-11-21'::date) /* 'no' */`;
  expect(valuesOf(sql)).toEqual({
    shape: `INSERT INTO t1 ("a b", c2) -- 'no' VALUES (?, ?, ?, ?, $1, ?, ?, ?::date) /* 'no' */`,
    values: ["it's", "a\\'b", 42, "1.50", "do", "re", "2026-11-21"],
  });
});
