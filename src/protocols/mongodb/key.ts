/**
 * What a command is matched by: its name, its database and every field that is not volatile. The order of fields counts
 * only where it means something, since programs keep filters and documents in maps without one. ObjectIds that were made
 * for a write count by their place. Counterpart: `differences.ts`, which says where two commands part.
 */
import type { Key } from "../../core/pool.ts";
import { type Plain, plainOf } from "./extended-json.ts";
import { subjectOf } from "./request.ts";
import type { MongoCommand, MongoHello, MongoSpec } from "./spec.ts";

const ASKED_WIDTH = 160;
const ORDERED = new Set(["sort", "$sort", "orderby", "$orderby", "key", "hint", "$fields"]);

/** The one function for recorded specs and for what is asked. */
export function keyOf(spec: MongoSpec): Key {
  if (spec.type === "hello") {
    const shape = helloShape(spec.name);
    return { text: shape, shape, asked: spec.name };
  }
  return { text: JSON.stringify(canonical(spec).plain), shape: shapeOf(spec.request), asked: askedOf(spec.request) };
}

/** How the answers to `hello` are recalled. */
export const helloShape = (name: MongoHello["name"]): string => `${name} of the server`;

/** The command, where it goes, and the names of its fields. */
export function shapeOf(request: Uint8Array): string {
  const { name, database, collection } = subjectOf(request);
  return `${name} ${database}.${collection} ${Object.keys(plainOf(request)).toSorted().join(" ")}`;
}

/** Fields in the order of their names where that means nothing, and the made ids in the order in which they are met. */
export function canonical({ request, made }: Pick<MongoCommand, "request" | "made">): {
  readonly plain: unknown;
  readonly met: readonly string[];
} {
  const met = new Map<string, number>();
  const isMade = new Set(made);
  const place = (id: string): number => met.get(id) ?? (met.set(id, met.size), met.size - 1);
  const visit = (value: unknown, isOrdered: boolean): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => visit(item, isOrdered));
    const fields = value as Plain;
    const id = fields["$oid"];
    if (typeof id === "string") return isMade.has(id) ? { $made: place(id) } : value;
    const names = isOrdered ? Object.keys(fields) : Object.keys(fields).toSorted();
    return Object.fromEntries(names.map((name) => [name, visit(fields[name], isOrdered || ORDERED.has(name))]));
  };
  const plain = visit(plainOf(request), false);
  return { plain: [subjectOf(request).name, plain], met: [...met.keys()] };
}

/** In one line, for people. */
function askedOf(request: Uint8Array): string {
  const { name, database, collection } = subjectOf(request);
  const { [name]: _name, $db: _database, ...rest } = plainOf(request);
  const fields = Object.entries(rest).filter(([field]) => !field.startsWith("$") && field !== "collection");
  const line = `${name} ${database}${collection === "" ? "" : `.${collection}`} ${JSON.stringify(Object.fromEntries(fields))}`;
  return line.length <= ASKED_WIDTH ? line : `${line.slice(0, ASKED_WIDTH - 1)}…`;
}
