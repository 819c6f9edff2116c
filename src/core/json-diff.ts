/**
 * Where two JSON values differ, one difference a place: `body.items[2].name`. A member that came, went or changed its
 * type is told apart from one that changed its value; `1` and `1.0` differ in type, as they do for typed readers.
 */
import type { Difference } from "./diff.ts";
import { type Enclosing, enclosed } from "./enclosing.ts";
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

/** Where the comparison stands: the differences so far go along. */
interface At {
  readonly path: string;
  readonly around: Enclosing | null;
  readonly into: Difference[];
}

const found = ({ into, around }: At, difference: Difference): void => void into.push(enclosed(difference, around));

const collect = (at: At, expected: JsonValue, actual: JsonValue): void => {
  const { path } = at;
  const kind = kindOf(expected);
  if (kind !== kindOf(actual)) {
    const [left, right] = [expected, actual].map((value) => (value instanceof JsonNumber ? value.text : value));
    const lexical = expected instanceof JsonNumber && actual instanceof JsonNumber;
    found(at, {
      path,
      expected: lexical ? left : plainJson(expected),
      actual: lexical ? right : plainJson(actual),
      change: "retyped",
    });
    return;
  }
  if (kind === "array" || kind === "object") {
    const below = { ...at, around: { path, expected, actual, around: at.around } };
    if (kind === "array") collectItems(below, expected as readonly JsonValue[], actual as readonly JsonValue[]);
    else collectMembers(below, expected as ReadonlyMap<string, JsonValue>, actual as ReadonlyMap<string, JsonValue>);
    return;
  }
  const same =
    expected instanceof JsonNumber && actual instanceof JsonNumber
      ? expected.text === actual.text
      : expected === actual;
  if (!same) found(at, { path, expected: plainJson(expected), actual: plainJson(actual), change: "changed" });
};

const collectItems = (list: At, expected: readonly JsonValue[], actual: readonly JsonValue[]): void => {
  for (let index = 0; index < Math.max(expected.length, actual.length); index++) {
    const [left, right] = [expected[index], actual[index]];
    const path = `${list.path}[${index}]`;
    if (left === undefined) found(list, { path, actual: plainJson(right ?? null), change: "added" });
    else if (right === undefined) found(list, { path, expected: plainJson(left), change: "missing" });
    else collect({ ...list, path }, left, right);
  }
};

const collectMembers = (
  object: At,
  expected: ReadonlyMap<string, JsonValue>,
  actual: ReadonlyMap<string, JsonValue>,
): void => {
  for (const [name, left] of expected) {
    const right = actual.get(name);
    const path = memberPath(object.path, name);
    if (right === undefined) found(object, { path, expected: plainJson(left), change: "missing" });
    else collect({ ...object, path }, left, right);
  }
  for (const [name, right] of actual) {
    if (!expected.has(name))
      found(object, { path: memberPath(object.path, name), actual: plainJson(right), change: "added" });
  }
};

/**
 * Every difference; empty exactly if the values are equal whatever their layout and the order of their members. `around`
 * is what both values were found in.
 */
export const diffJson = (
  path: string,
  expected: JsonValue,
  actual: JsonValue,
  around: Enclosing | null = null,
): Difference[] => {
  const differences: Difference[] = [];
  collect({ path, around, into: differences }, expected, actual);
  return differences;
};
