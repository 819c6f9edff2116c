/** What is read of answers: whether a command was refused, which cursor is open, whether it had nothing to give. */
import {
  documentOf,
  type Element,
  element,
  elementsOf,
  field,
  listElement,
  numberField,
  textOf,
  Type,
} from "./documents.ts";

const USUAL_PORT = 27_017;

/** Whether the server says that a command failed. */
export const isRefusal = (document: Uint8Array): boolean => numberField(document, "ok") !== 1;

/** The open cursor that an answer names, as text, and whether its batch is empty; `null` where none stays open. */
export function openCursor(document: Uint8Array): { readonly id: string; readonly isEmpty: boolean } | null {
  const cursor = field(document, "cursor");
  if (cursor?.type !== Type.object) return null;
  const fields = elementsOf(cursor.value);
  const id = fields.find(({ name, type }) => name === "id" && type === Type.int64);
  const batch = fields.find(({ name, type }) => (name === "nextBatch" || name === "firstBatch") && type === Type.array);
  if (id === undefined || id.value.every((byte) => byte === 0)) return null;
  return { id: cursorText(id.value), isEmpty: batch !== undefined && elementsOf(batch.value).length === 0 };
}

/** The data-bearing members of the set that a server belongs to, as its `hello` names them; empty where it is alone. */
export function membersOf(hello: Uint8Array): readonly { readonly host: string; readonly port: number }[] {
  const lists = elementsOf(hello).filter(({ name, type }) => (name === "hosts" || name === "passives") && type === Type.array); // prettier-ignore
  return lists
    .flatMap(({ value }) => elementsOf(value))
    .flatMap((each) => {
      const [, host, port] = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(textOf(each) ?? "") ?? [];
      return host === undefined ? [] : [{ host, port: Number(port ?? USUAL_PORT) }];
    });
}

/** Whether the cursor that this opens goes on for as long as somebody watches. */
export function opensWatch(request: Uint8Array, answer: Uint8Array): boolean {
  const cursor = field(answer, "cursor");
  const isStream = cursor?.type === Type.object && field(cursor.value, "postBatchResumeToken") !== undefined;
  return openCursor(answer) !== null && (isStream || numberField(request, "tailable") === 1);
}

/** The same answer with nothing in it. */
export function withoutNews(answer: Uint8Array): Uint8Array {
  const emptied = (each: Element) => (each.name === "nextBatch" || each.name === "firstBatch" ? listElement("nextBatch", []) : each); // prettier-ignore
  const shown = (each: Element) => (each.name === "cursor" ? element(Type.object, "cursor", documentOf(elementsOf(each.value).map(emptied))) : each); // prettier-ignore
  return documentOf(elementsOf(answer).map(shown));
}

/** The cursor that a getMore asks for. */
export function askedCursor(request: Uint8Array): string | null {
  const [first] = elementsOf(request);
  return first?.name === "getMore" && first.type === Type.int64 ? cursorText(first.value) : null;
}

const cursorText = (value: Uint8Array): string => Buffer.from(value).toString("hex");
