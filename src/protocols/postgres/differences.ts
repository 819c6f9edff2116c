/** In which fields a recorded execution differs from the one that is asked for; empty exactly if their keys are equal. */
import type { Difference } from "../../core/diff.ts";
import { keyOf } from "./key.ts";
import type { Execution, Parameter, PostgresSpec, Value } from "./spec.ts";
import { canonicalSql } from "./sql.ts";
import { valuesOf } from "./sql-values.ts";
import { canonicalValue } from "./values.ts";

const INTEGERS = new Set([20, 21, 23, 26]);

/** `expected` is what was recorded, `actual` what is asked. */
export function differences(recorded: PostgresSpec, asked: Execution): Difference[] {
  if (recorded.type !== "execution") {
    return [
      { path: "request", expected: recorded.type, actual: "query", change: "changed" },
      ...plain(recorded, asked, recorded.type === "statement" ? recorded.sql : null),
      ...asked.parameters.map((parameter, index) => added(`parameters[${index}]`, show(parameter))),
    ];
  }
  const found = plain(recorded, asked, recorded.sql);
  const count = Math.max(recorded.parameters.length, asked.parameters.length);
  for (let index = 0; index < count; index++) {
    const [before, after] = [recorded.parameters[index], asked.parameters[index]];
    const path = `parameters[${index}]`;
    if (before === undefined) found.push(added(path, show(after)));
    else if (after === undefined) found.push({ path, expected: show(before), change: "missing" });
    else if (canonicalValue(before) !== canonicalValue(after)) {
      found.push({ path, expected: show(before), actual: show(after), change: "changed" });
    }
  }
  if (recorded.cursor !== asked.cursor) found.push(changed("cursor", recorded.cursor, asked.cursor));
  found.push(...copies(recorded, asked));
  if (found.length === 0 && keyOf(recorded).text !== keyOf(asked).text) found.push(state(recorded, asked));
  return found;
}

function plain(recorded: { database: string; user: string }, asked: Execution, sql: string | null): Difference[] {
  const found: Difference[] = [];
  if (recorded.database !== asked.database) found.push(changed("database", recorded.database, asked.database));
  if (recorded.user !== asked.user) found.push(changed("user", recorded.user, asked.user));
  if (sql === null) found.push(added("sql", asked.sql));
  else if (oneLine(sql) !== oneLine(asked.sql)) found.push(...inSql(sql, asked.sql));
  else if (sql.trim() !== asked.sql.trim() && !sameText(recorded, asked)) found.push(changed("sql", sql, asked.sql));
  return found;
}

/** Values that are written into a statement are told one by one where the rest of it is the same. */
function inSql(before: string, after: string): Difference[] {
  const [one, other] = [valuesOf(canonicalSql(before)), valuesOf(canonicalSql(after))];
  const isAlike = one.shape === other.shape && one.values.length === other.values.length;
  const found = one.values.flatMap((value, at): Difference[] =>
    isAlike && value !== other.values[at] ? [changed(`values[${at}]`, value, other.values[at])] : [],
  );
  return found.length > 0 ? found : [changed("sql", oneLine(before), oneLine(after))];
}

/** Texts that differ in what no key holds (an end, a made-up name) are the same. */
function sameText(recorded: { database: string; user: string }, asked: Execution): boolean {
  const other = recorded as PostgresSpec;
  return other.type === "execution" && keyOf({ ...asked, sql: other.sql }).text === keyOf(asked).text;
}

function copies(recorded: Execution, asked: Execution): Difference[] {
  const sent = (spec: Execution) => spec.replies.flatMap((each) => (each.reply === "copyIn" ? [each.sent] : []));
  const [before, after] = [sent(recorded), sent(asked)];
  if (before.length === 0 || after.length === 0) return [];
  return before.flatMap((copy, index): Difference[] => {
    const other = after[index];
    const path = before.length === 1 ? "copy" : `copy[${index}]`;
    if (other === undefined) return [{ path, expected: copy.data, change: "missing" }];
    if (copy.end !== other.end) return [changed(`${path}.end`, copy.end, other.end)];
    const [one, two] = [copy.data, other.data].map((data) => Buffer.from(data).toString("utf8").split("\n"));
    const at = one?.findIndex((line, row) => line !== two?.[row]) ?? -1;
    if (at >= 0) return [changed(`${path}.line[${at}]`, one?.[at], two?.[at])];
    return one?.length === two?.length ? [] : [changed(`${path}.lines`, one?.length, two?.length)];
  });
}

function state(recorded: Execution, asked: Execution): Difference {
  if (recorded.transaction.before !== asked.transaction.before)
    return changed("transaction.before", recorded.transaction.before, asked.transaction.before);
  if (recorded.stage !== asked.stage) return changed("stage", recorded.stage, asked.stage);
  return changed("sql", recorded.sql, asked.sql);
}

function show(parameter: Parameter | undefined): Value | number {
  const value = parameter?.value ?? null;
  const number = Number(value);
  const isPlain = typeof value === "string" && Number.isSafeInteger(number) && String(number) === value;
  return isPlain && INTEGERS.has(parameter?.type ?? 0) ? number : value;
}

function oneLine(sql: string): string {
  return sql.replace(/\s+/g, " ").replace(/[\s;]+$/, "").trim(); // prettier-ignore
}

function changed(path: string, expected: unknown, actual: unknown): Difference {
  return { path, expected, actual, change: "changed" };
}

function added(path: string, actual: unknown): Difference {
  return { path, actual, change: "added" };
}
