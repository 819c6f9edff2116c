import { expect, test } from "bun:test";
import { serialize } from "pg-protocol";
import type { Ask } from "../../../src/core/pool.ts";
import { Answers, columnsOf, returnsRows } from "../../../src/protocols/postgres/answers.ts";
import { postgres } from "../../../src/protocols/postgres/index.ts";
import { asking } from "../../../src/protocols/postgres/reply-bytes.ts";
import type { PostgresSpec } from "../../../src/protocols/postgres/spec.ts";
import { exactPool } from "../../support/exact-pool.ts";
import { columns, failure, ready, recorded, row, run, tag, told } from "../../support/postgres-talk.ts";

const refused = Buffer.concat([failure("42P01", "no such table"), ready()]);
const select = Buffer.concat([told("1"), told("2"), columns(["a", 25]), row("x"), tag("SELECT 1"), ready()]);
const prepare = Buffer.concat([serialize.parse({ text: "SELECT a" }), Buffer.from(serialize.sync())]);
const asked = (sql: string, stage: "parse" | "execute" = "execute") =>
  asking({ form: "extended", database: "shop", user: "app", sql, cursor: null, parameters: [], resultFormats: [] }, { stage }); // prettier-ignore

test("a statement that was refused and then accepted is answered in that order", () => {
  const exchanges = recorded(prepare, refused, prepare, refused, prepare, Buffer.concat([told("1"), ready()]), run("SELECT a"), select); // prettier-ignore
  const answers = new Answers(exactPool(postgres, exchanges), "postgres");
  const outcome = () => answers.refusal(asked("SELECT a", "parse"))?.spec?.replies.length;
  expect([outcome(), outcome(), outcome(), outcome()]).toEqual([1, 1, 0, 0]);
});

test("what is known of a run describes a statement that nobody described", () => {
  const exchanges = recorded(run("SELECT a"), select);
  const answers = new Answers(exactPool(postgres, exchanges), "postgres");
  expect(answers.describe(asked("SELECT a"), [])?.columns?.map(({ name }) => name)).toEqual(["a"]);
  expect(answers.describe(asked("SELECT b"), [])).toBeUndefined();
  const found = answers.find(asked("SELECT a")).spec;
  expect(found === null ? [] : [columnsOf(found)?.length, returnsRows(found)]).toEqual([1, true]);
  expect(answers.find(asked("DEALLOCATE ALL")).spec?.replies).toEqual([{ reply: "tag", tag: "DEALLOCATE ALL" }]);
  expect(answers.copying(asked("COPY t FROM STDIN"))).toBeUndefined();
});

test("a text refused at Parse differs in its text alone, since no value is bound yet", () => {
  const mock = recorded(run("SELECT a WHERE b = $1", ["7"]), select).find(({ spec }) => spec.type === "execution");
  const differs: string[] = [];
  const pool = {
    take: (ask: Ask<PostgresSpec>) => {
      if (mock !== undefined) differs.push(...ask.differs(mock.spec).map(({ path }) => path));
      return { found: false as const, nearest: null };
    },
    recall: () => [],
  };
  new Answers(pool, "postgres").refusal(asked("SELECT a WHERE b = $1 AND c", "parse"));
  expect(differs).toEqual(["sql"]);
});
