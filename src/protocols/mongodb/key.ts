/**
 * What a command is matched by: its name, its database and every field that is not volatile. The order of fields counts
 * only where it means something, since programs keep filters and documents in maps without one. ObjectIds that were made
 * for a write count by their place. Counterpart: `differences.ts`, which says where two commands part.
 */
import type { Key } from "../../core/pool.ts";
import { FormatError } from "../../core/errors.ts";
import type { Fields } from "../../core/plain-data.ts";
import { type Element, elementsOf, Type } from "./documents.ts";
import { plainOf, valueOf } from "./extended-json.ts";
import { subjectOf } from "./request.ts";
import type { MongoCommand, MongoHello, MongoSpec } from "./spec.ts";

const ASKED_WIDTH = 160;
/** What is longer is not shown in a line. */
const SHOWN_BYTES = 1024;
const DEEPEST = 220;
const ORDERED = new Set(["sort", "$sort", "orderby", "$orderby", "key", "hint", "$fields"]);

/** The one function for recorded specs and for what is asked. */
export function keyOf(spec: MongoSpec): Key {
  if (spec.type === "hello") {
    const shape = helloShape(spec.name);
    return { text: shape, shape, asked: spec.name };
  }
  return { text: canonicalText(spec), shape: shapeOf(spec.request), asked: askedOf(spec.request) };
}

/** How the answers to `hello` are recalled. */
export const helloShape = (name: MongoHello["name"]): string => `${name} of the server`;

/** The command, where it goes, and the names of its fields. */
export function shapeOf(request: Uint8Array): string {
  const { name, database, collection } = subjectOf(request);
  const fields = elementsOf(request).map((each) => each.name);
  return `${name} ${database}.${collection} ${fields.toSorted().join(" ")}`;
}

type Asked = Pick<MongoCommand, "request" | "made">;

/** Canonical and complete. Written from the bytes: what is inserted in one go may be 48 MB. */
export function canonicalText({ request, made }: Asked): string {
  const place = places(made);
  const document = (value: Uint8Array, isOrdered: boolean, depth: number): string => {
    if (depth > DEEPEST) throw new FormatError("format.bytes", "BSON has nested so deeply", "document");
    const elements = elementsOf(value);
    if (!isOrdered) elements.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
    const field = (each: Element): string => `${JSON.stringify(each.name)}:${content(each, isOrdered || ORDERED.has(each.name), depth + 1)}`; // prettier-ignore
    return `{${elements.map(field).join()}}`;
  };
  const content = (each: Element, isOrdered: boolean, depth: number): string => {
    if (each.type === Type.object) return document(each.value, isOrdered, depth);
    if (each.type === Type.array) return `[${elementsOf(each.value).map((item) => content(item, isOrdered, depth + 1)).join()}]`; // prettier-ignore
    if (each.type === Type.objectId) {
      const at = place(Buffer.from(each.value).toString("hex"));
      if (at !== null) return `{"$made":${at}}`;
    }
    return JSON.stringify(valueOf(each, depth));
  };
  return `${JSON.stringify(subjectOf(request).name)} ${document(request, false, 0)}`;
}

/** Counts the made ids in the order in which they are met; `null` for any other. */
function places(made: readonly string[], met = new Map<string, number>()): (id: string) => number | null {
  const isMade = new Set(made);
  return (id) => (isMade.has(id) ? (met.get(id) ?? (met.set(id, met.size), met.size - 1)) : null);
}

/** The same as data. Fields stand in the order of their names where that means nothing. */
export function canonical({ request, made }: Asked): { readonly plain: unknown; readonly met: readonly string[] } {
  const met = new Map<string, number>();
  const place = places(made, met);
  const visit = (value: unknown, isOrdered: boolean): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => visit(item, isOrdered));
    const fields = value as Fields;
    const id = fields["$oid"];
    if (typeof id === "string") {
      const at = place(id);
      return at === null ? value : { $made: at };
    }
    const names = isOrdered ? Object.keys(fields) : Object.keys(fields).toSorted();
    return Object.fromEntries(names.map((name) => [name, visit(fields[name], isOrdered || ORDERED.has(name))]));
  };
  const plain = visit(plainOf(request), false);
  return { plain: [subjectOf(request).name, plain], met: [...met.keys()] };
}

/** In one line, for people. */
function askedOf(request: Uint8Array): string {
  const { name, database, collection } = subjectOf(request);
  const shown = elementsOf(request).filter((each, at) => at > 0 && !each.name.startsWith("$") && each.name !== "collection"); // prettier-ignore
  const line = `${name} ${database}${collection === "" ? "" : `.${collection}`} {${shown.map(inLine).join()}}`;
  return line.length <= ASKED_WIDTH ? line : `${line.slice(0, ASKED_WIDTH - 1)}…`;
}

function inLine(each: Element): string {
  const isLong = each.value.length > SHOWN_BYTES && (each.type === Type.array || each.type === Type.object);
  return `${JSON.stringify(each.name)}:${isLong ? headOf(each) : JSON.stringify(valueOf(each, 0))}`;
}

/** Of what is long its first item, which is more than a line holds or tells what follows. */
function headOf({ type, value }: Element): string {
  const [first] = elementsOf(value);
  if (first === undefined) return "";
  const name = type === Type.array ? "" : `${JSON.stringify(first.name)}:`;
  const content = first.value.length > SHOWN_BYTES && first.type !== Type.string ? headOf(first) : JSON.stringify(valueOf(first, 0)); // prettier-ignore
  return `${type === Type.array ? "[" : "{"}${name}${content.slice(0, ASKED_WIDTH)}…`;
}
