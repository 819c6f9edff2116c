/**
 * Where two JSON values differ, one difference a place: `body.items[2].name`. A member that came, went or changed its
 * type is told apart from one that changed its value; `1` and `1.0` differ in type, as they do for typed readers.
 */
import type { Difference } from "./diff.ts";
import { JsonNumber, type JsonValue, plainJson } from "./json.ts";

type Kind = "null" | "boolean" | "string" | "integer" | "decimal" | "array" | "object";

const kindOf = (value: JsonValue): Kind => {
  if (value === null) return "null";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "string") return "string";
  if (value instanceof JsonNumber) return value.isInteger ? "integer" : "decimal";
  return Array.isArray(value) ? "array" : "object";
};

/** The path of a member; names that would be misread are quoted: `body["a.b"]`. */
export const memberPath = (path: string, name: string): string =>
  /^[^.[\]"\s]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;

const collect = (path: string, expected: JsonValue, actual: JsonValue, into: Difference[]): void => {
  const kind = kindOf(expected);
  if (kind !== kindOf(actual)) {
    const [left, right] = [expected, actual].map((value) => (value instanceof JsonNumber ? value.text : value));
    const lexical = expected instanceof JsonNumber && actual instanceof JsonNumber;
    into.push({
      path,
      expected: lexical ? left : plainJson(expected),
      actual: lexical ? right : plainJson(actual),
      change: "retyped",
    });
    return;
  }
  if (kind === "array")
    return collectItems(path, expected as readonly JsonValue[], actual as readonly JsonValue[], into);
  if (kind === "object") {
    return collectMembers(
      path,
      expected as ReadonlyMap<string, JsonValue>,
      actual as ReadonlyMap<string, JsonValue>,
      into,
    );
  }
  const same =
    expected instanceof JsonNumber && actual instanceof JsonNumber
      ? expected.text === actual.text
      : expected === actual;
  if (!same) into.push({ path, expected: plainJson(expected), actual: plainJson(actual), change: "changed" });
};

const collectItems = (
  path: string,
  expected: readonly JsonValue[],
  actual: readonly JsonValue[],
  into: Difference[],
): void => {
  for (let index = 0; index < Math.max(expected.length, actual.length); index++) {
    const [left, right] = [expected[index], actual[index]];
    const at = `${path}[${index}]`;
    if (left === undefined) into.push({ path: at, actual: plainJson(right ?? null), change: "added" });
    else if (right === undefined) into.push({ path: at, expected: plainJson(left), change: "missing" });
    else collect(at, left, right, into);
  }
};

const collectMembers = (
  path: string,
  expected: ReadonlyMap<string, JsonValue>,
  actual: ReadonlyMap<string, JsonValue>,
  into: Difference[],
): void => {
  for (const [name, left] of expected) {
    const right = actual.get(name);
    const at = memberPath(path, name);
    if (right === undefined) into.push({ path: at, expected: plainJson(left), change: "missing" });
    else collect(at, left, right, into);
  }
  for (const [name, right] of actual) {
    if (!expected.has(name)) into.push({ path: memberPath(path, name), actual: plainJson(right), change: "added" });
  }
};

/** Every difference; empty exactly if the values are equal whatever their layout and the order of their members. */
export const diffJson = (path: string, expected: JsonValue, actual: JsonValue): Difference[] => {
  const differences: Difference[] = [];
  collect(path, expected, actual, differences);
  return differences;
};
