/** What is read of answers: whether a command was refused, which cursor is open, whether it had nothing to give. */
import { elementsOf, field, numberField, textOf, Type } from "./documents.ts";

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

/** The cursor that a getMore asks for. */
export function askedCursor(request: Uint8Array): string | null {
  const [first] = elementsOf(request);
  return first?.name === "getMore" && first.type === Type.int64 ? cursorText(first.value) : null;
}

const cursorText = (value: Uint8Array): string => Buffer.from(value).toString("hex");
