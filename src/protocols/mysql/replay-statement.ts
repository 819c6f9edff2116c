/** What is said of a statement that is prepared in replay, from whatever was recorded of it. */
import type { Miss } from "../../core/exchange.ts";
import type { Pool } from "../../core/pool.ts";
import { differences } from "./differences.ts";
import { executionShape, keyOf } from "./key.ts";
import type { Column, Execution, Identity, MysqlSpec, Parameter, Statement } from "./spec.ts";
import { canonicalSql } from "./sql.ts";
import { BULK, Type } from "./types.ts";

const BINARY = 63;

/** A recorded description; one made from a recorded execution where the statement was prepared unseen; or a miss. */
export function describe(
  pool: Pool<MysqlSpec>,
  identity: Identity,
  sql: string,
): Statement | { readonly miss: Pick<Miss, "asked" | "nearest"> } {
  const asked: Statement = { type: "statement", ...identity, sql, number: 1, parameters: [], columns: [], warnings: 0, ends: [], error: null }; // prettier-ignore
  const key = keyOf(asked);
  const isDescribed = some(pool.recall(key.shape), (spec) => keyOf(spec).text === key.text);
  if (!isDescribed) {
    const execution = executionOf(pool, asked);
    if (execution !== undefined) return { ...asked, ...described(execution) };
  }
  const take = pool.take({ key, differs: (recorded) => differences(recorded, asked), similarity: null });
  if (take.found && take.spec.type === "statement") return take.spec;
  return { miss: { asked: key.asked, nearest: take.found ? null : take.nearest } };
}

function executionOf(pool: Pool<MysqlSpec>, { database, user, sql }: Statement): Execution | undefined {
  const wanted = canonicalSql(sql);
  for (const spec of pool.recall(executionShape({ encoding: "binary", sql }))) {
    if (spec.type !== "execution" || spec.database !== database || spec.user !== user) continue;
    if (canonicalSql(spec.sql) === wanted) return spec;
  }
  return undefined;
}

function described({ parameters, replies }: Execution): Pick<Statement, "parameters" | "columns"> {
  const [first] = replies.flatMap((each) => (each.reply === "columns" ? [each.columns] : []));
  return { parameters: parametersOf(parameters).map(() => PARAMETER), columns: first ?? [] };
}

/** Those of one row. */
function parametersOf(all: readonly Parameter[]): readonly Parameter[] {
  const [bulk, ...values] = all;
  const rows = bulk?.type === BULK ? Number(bulk.value) : NaN;
  return rows > 0 && values.length > 0 ? values.slice(0, values.length / rows) : all;
}

/** As servers describe a parameter of which they know nothing. */
const PARAMETER: Column = {
  ...{ catalog: "def", schema: "", table: "", originalTable: "", name: "?", originalName: "" },
  ...{ charset: BINARY, length: 0, type: Type.VarString, flags: 0, decimals: 0, extended: null, fallback: null },
};

function some(specs: Iterable<MysqlSpec>, is: (spec: MysqlSpec) => boolean): boolean {
  for (const spec of specs) if (is(spec)) return true;
  return false;
}
