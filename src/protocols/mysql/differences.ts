/** In which fields a recorded request differs from the one that is asked; empty exactly if their keys are equal. */
import type { Difference } from "../../core/diff.ts";
import { filesOf, keyOf, parameterText } from "./key.ts";
import type { Execution, MysqlSpec, Parameter } from "./spec.ts";
import { canonicalSql, shapeOf } from "./sql.ts";

/** `expected` is what was recorded, `actual` what is asked. */
export function differences(recorded: MysqlSpec, asked: MysqlSpec): Difference[] {
  if (keyOf(recorded).text === keyOf(asked).text) return [];
  const found: Difference[] = [];
  if (recorded.type !== asked.type) found.push(changed("request", recorded.type, asked.type));
  if (recorded.database !== asked.database) found.push(changed("database", recorded.database, asked.database));
  if (recorded.user !== asked.user) found.push(changed("user", recorded.user, asked.user));
  found.push(...inSql(sqlOf(recorded), sqlOf(asked)));
  found.push(...inParameters(parametersOf(recorded), parametersOf(asked)));
  if (recorded.type === "execution" && asked.type === "execution") found.push(...inExecution(recorded, asked));
  if (recorded.type === "fetch" && asked.type === "fetch") {
    if (recorded.turn !== asked.turn) found.push(changed("turn", recorded.turn, asked.turn));
    if (recorded.count !== asked.count) found.push(changed("count", recorded.count, asked.count));
  }
  if (recorded.type === "command" && asked.type === "command") {
    if (recorded.command !== asked.command) found.push(changed("command", recorded.command, asked.command));
    if (recorded.argument !== asked.argument) found.push(changed("argument", recorded.argument, asked.argument));
  }
  return found.length > 0 ? found : [changed("request", keyOf(recorded).asked, keyOf(asked).asked)];
}

/** Values that are written into a statement are told one by one where the rest of it is the same. */
function inSql(before: string, after: string): Difference[] {
  const [one, other] = [canonicalSql(before), canonicalSql(after)];
  if (one === other) return [];
  const [first, second] = [shapeOf(one), shapeOf(other)];
  const isAlike = first.shape === second.shape && first.values.length === second.values.length;
  const found = first.values.flatMap((value, at): Difference[] =>
    isAlike && value !== second.values[at] ? [changed(`values[${at}]`, bare(value), bare(second.values[at]))] : [],
  );
  return found.length > 0 ? found : [changed("sql", one, other)];
}

/** A number as one, a string without its quotes. */
function bare(token: string | undefined): string | number | undefined {
  if (token === undefined) return undefined;
  if (Number.isSafeInteger(Number(token)) && String(Number(token)) === token) return Number(token);
  return /^['"]/.test(token) ? token.slice(1, -1) : token;
}

function inParameters(before: readonly Parameter[], after: readonly Parameter[]): Difference[] {
  const found: Difference[] = [];
  for (let at = 0; at < Math.max(before.length, after.length); at++) {
    const [one, other] = [before[at], after[at]];
    const path = `parameters[${at}]`;
    if (one === undefined) found.push({ path, actual: show(other), change: "added" });
    else if (other === undefined) found.push({ path, expected: show(one), change: "missing" });
    else if (JSON.stringify(parameterText(one)) !== JSON.stringify(parameterText(other))) {
      const change = one.type === other.type ? "changed" : "retyped";
      found.push({ path, expected: show(one), actual: show(other), change });
    }
  }
  return found;
}

function inExecution(recorded: Execution, asked: Execution): Difference[] {
  const found: Difference[] = [];
  if (recorded.encoding !== asked.encoding) found.push(changed("encoding", recorded.encoding, asked.encoding));
  if (recorded.isCursor !== asked.isCursor) found.push(changed("cursor", recorded.isCursor, asked.isCursor));
  const [before, after] = [filesOf(recorded.replies), filesOf(asked.replies)];
  for (let at = 0; at < Math.max(before.length, after.length); at++) {
    if (before[at] !== after[at]) found.push(changed(`files[${at}]`, before[at], after[at]));
  }
  return found;
}

const sqlOf = (spec: MysqlSpec): string => ("sql" in spec ? spec.sql : "");

function parametersOf(spec: MysqlSpec): readonly Parameter[] {
  return spec.type === "execution" || spec.type === "fetch" ? spec.parameters : [];
}

function show(parameter: Parameter | undefined): unknown {
  const value = parameter?.value ?? null;
  const number = Number(value);
  return typeof value === "string" && Number.isSafeInteger(number) && String(number) === value ? number : value;
}

const changed = (path: string, expected: unknown, actual: unknown): Difference => ({ path, expected, actual, change: "changed" }); // prettier-ignore
