/**
 * A command as it is kept and matched: the body without what is volatile, sequences as lists, the database that only the
 * first form of messages names beside it.
 */
import { FormatError } from "../../core/errors.ts";
import { isVolatile } from "./commands.ts";
import { documentOf, type Element, element, elementsOf, field, listElement, textOf, Type } from "./documents.ts";
import type { Message } from "./wire.ts";

const TIMES = new Set(["afterClusterTime", "atClusterTime"]);

/** The name that a command's first field gives it. */
export function nameOf(document: Uint8Array): string {
  const [first] = elementsOf(document);
  if (first === undefined) throw new FormatError("format.bytes", "a command without a name", "document");
  return first.name;
}

export function requestOf({ document, sequences, database }: Message): Uint8Array {
  const body = unwrapped(document);
  const kept: { readonly bytes: Uint8Array }[] = [];
  for (const each of elementsOf(body)) {
    if (isVolatile(each.name)) continue;
    if (each.name !== "readConcern" || each.type !== Type.object) kept.push(each);
    else kept.push(...readConcern(each));
  }
  for (const { name, documents } of sequences) kept.push(listElement(name, documents));
  if (database !== null && field(body, "$db") === undefined) kept.push(textElement("$db", database));
  return documentOf(kept);
}

/** `{ $query: … }`, in which the first form of messages may wrap a command. */
export function unwrapped(document: Uint8Array): Uint8Array {
  const [first] = elementsOf(document);
  return first?.name === "$query" && first.type === Type.object ? first.value : document;
}

/** Causally consistent sessions read after a time that the server told. */
function readConcern({ value }: Element): { readonly bytes: Uint8Array }[] {
  const kept = elementsOf(value).filter(({ name }) => !TIMES.has(name));
  return kept.length === 0 ? [] : [element(Type.object, "readConcern", documentOf(kept))];
}

export function textElement(name: string, text: string): { readonly bytes: Uint8Array } {
  const bytes = Buffer.from(`${text}\0`);
  const length = Buffer.alloc(4);
  length.writeInt32LE(bytes.length);
  return element(Type.string, name, Buffer.concat([length, bytes]));
}

/** `find`, `shop`, `users`: the command, its database, and its collection where it names one. */
export function subjectOf(request: Uint8Array): { name: string; database: string; collection: string } {
  const elements = elementsOf(request);
  const [first] = elements;
  const database = elements.find(({ name }) => name === "$db");
  const named = first?.name === "getMore" ? elements.find(({ name }) => name === "collection") : first;
  return {
    name: first?.name ?? "",
    database: database === undefined ? "" : (textOf(database) ?? ""),
    collection: named === undefined ? "" : (textOf(named) ?? ""),
  };
}
