/**
 * BSON documents as bytes: their elements, and documents with some of them left out or added, the others untouched.
 * The official package finds the elements. What stands in them as data for people is `extended-json.ts`'s.
 * https://bsonspec.org/spec.html
 */
import { onDemand } from "bson";
import { FormatError } from "../../core/errors.ts";

export const Type = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binary: 5,
  objectId: 7,
  boolean: 8,
  date: 9,
  null: 10,
  regex: 11,
  code: 13,
  symbol: 14,
  codeWithScope: 15,
  int32: 16,
  timestamp: 17,
  int64: 18,
  decimal: 19,
  minKey: 255,
  maxKey: 127,
} as const;

/** One field of a document. */
export interface Element {
  readonly type: number;
  readonly name: string;
  /** The value's bytes. */
  readonly value: Uint8Array;
  /** The whole element's. */
  readonly bytes: Uint8Array;
}

/** The fields in their order; what they hold is not looked at. */
export function elementsOf(document: Uint8Array): Element[] {
  let found: Iterable<readonly number[]>;
  try {
    found = onDemand.parseToElements(document, 0);
    return [...found].map(([type = 0, nameAt = 0, nameLength = 0, at = 0, length = 0]) => ({
      type,
      name: decoder.decode(document.subarray(nameAt, nameAt + nameLength)),
      value: document.subarray(at, at + length),
      bytes: document.subarray(nameAt - 1, at + length),
    }));
  } catch (cause) {
    throw new FormatError("format.bytes", "bytes that are no BSON document", "document", { cause });
  }
}

/** Names that are no UTF-8 are still told apart by what else is compared. */
const decoder = new TextDecoder();

/** The document that begins there, as far as its length and its end tell. */
export function documentAt(bytes: Uint8Array, at: number, end: number): Uint8Array {
  const size = at + 5 <= end ? new DataView(bytes.buffer, bytes.byteOffset + at, 4).getInt32(0, true) : 0;
  if (size < 5 || at + size > end || bytes[at + size - 1] !== 0) {
    throw new FormatError("format.bytes", `a document of ${size} bytes does not fit`, "document");
  }
  return bytes.subarray(at, at + size);
}

/** A text that a zero byte ends, and where it ends. */
export function textAt(bytes: Uint8Array, at: number): { readonly text: string; readonly end: number } {
  const zero = bytes.indexOf(0, at);
  if (zero < 0) throw new FormatError("format.bytes", "a text without an end", "message");
  return { text: decoder.decode(bytes.subarray(at, zero)), end: zero + 1 };
}

/** A document of these elements, or a list where they are named so. */
export function documentOf(elements: readonly { readonly bytes: Uint8Array }[]): Uint8Array {
  const parts = elements.map(({ bytes }) => bytes);
  const size = 5 + parts.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.alloc(4);
  head.writeInt32LE(size);
  return new Uint8Array(Buffer.concat([head, ...parts, Buffer.alloc(1)]));
}

/** One element of documents or of bytes that are a value already. */
export function element(type: number, name: string, value: Uint8Array): { readonly bytes: Uint8Array } {
  return { bytes: Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), value]) };
}

/** A field that holds a list of documents. */
export function listElement(name: string, documents: readonly Uint8Array[]): { readonly bytes: Uint8Array } {
  const items = documents.map((document, index) => element(Type.object, String(index), document));
  return element(Type.array, name, documentOf(items));
}

export function field(document: Uint8Array, name: string): Element | undefined {
  return elementsOf(document).find((each) => each.name === name);
}

export function textField(document: Uint8Array, name: string): string | undefined {
  const found = field(document, name);
  return found === undefined ? undefined : textOf(found);
}

/** A string's text. */
export function textOf({ type, value }: Element): string | undefined {
  return type === Type.string ? decoder.decode(value.subarray(4, -1)) : undefined;
}

/** A number of any type, as far as JavaScript has it; a boolean is 0 or 1. */
export function numberField(document: Uint8Array, name: string): number | undefined {
  const found = field(document, name);
  if (found === undefined) return undefined;
  const { type, value } = found;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (type === Type.int32) return view.getInt32(0, true);
  if (type === Type.int64) return Number(view.getBigInt64(0, true));
  if (type === Type.double) return view.getFloat64(0, true);
  return type === Type.boolean ? view.getUint8(0) : undefined;
}

/** The document without some of its fields. */
export function withoutFields(document: Uint8Array, names: ReadonlySet<string>): Uint8Array {
  const elements = elementsOf(document);
  const kept = elements.filter(({ name }) => !names.has(name));
  return kept.length === elements.length ? document : documentOf(kept);
}
