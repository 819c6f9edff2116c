/**
 * Large documents as JSON text, piece by piece: what a cursor gives in one go has tens of thousands of documents, and all
 * of them as objects would take many times the memory. The values are those of `extended-json.ts`. Refuses (`undefined`)
 * what would not give the same bytes back.
 */
import { FormatError } from "../../core/errors.ts";
import { wrongAt } from "../../core/plain-data.ts";
import { documentOf, type Element, element, elementsOf, Type } from "./documents.ts";
import { FIELDS, isReserved, valueOf } from "./extended-json.ts";
import { documentOfPlain } from "./extended-json-read.ts";

/** From which size on, in bytes or characters, a document is taken apart. */
export const LARGE_BYTES = 64 * 1024;
const DEEPEST = 100;

/** Each member of what is large on a line of its own. */
export function textOfDocument(document: Uint8Array): string | undefined {
  const lines: string[] = [];
  try {
    return write({ type: Type.object, value: document, isLast: true, label: "" }, lines, 0) ? lines.join("\n") : undefined; // prettier-ignore
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

interface Piece {
  readonly type: number;
  readonly value: Uint8Array;
  /** `"name": `, or nothing in a list. */
  readonly label: string;
  readonly isLast: boolean;
}

/** False where a piece cannot be told exactly. */
function write({ type, value, label, isLast }: Piece, lines: string[], depth: number): boolean {
  if (depth > DEEPEST) return false;
  const isList = type === Type.array;
  const members = elementsOf(value);
  if (!isList && isReserved(members.map(({ name }) => name))) return false;
  lines.push(`${label}${isList ? "[" : "{"}`);
  for (const [at, member] of members.entries()) {
    if (!isNamed(member) || (isList && member.name !== String(at))) return false;
    const piece = { ...member, label: isList ? "" : `${JSON.stringify(member.name)}: `, isLast: at === members.length - 1 }; // prettier-ignore
    const isWritten = isLarge(member) ? write(piece, lines, depth + 1) : writeSmall(piece, member, lines);
    if (!isWritten) return false;
  }
  lines.push(`${isList ? "]" : "}"}${isLast ? "" : ","}`);
  return true;
}

function writeSmall({ label, isLast }: Piece, member: Element, lines: string[]): boolean {
  const plain = valueOf(member, 0);
  if (Buffer.compare(elementOf(member.name, plain, member.name), member.bytes) !== 0) return false;
  lines.push(`${label}${JSON.stringify(plain)}${isLast ? "" : ","}`);
  return true;
}

const isLarge = ({ type, value }: Element): boolean =>
  (type === Type.object || type === Type.array) && value.length > LARGE_BYTES;

/** Whether the name's text gives its bytes. */
function isNamed({ name, value, bytes }: Element): boolean {
  return Buffer.compare(Buffer.from(name), bytes.subarray(1, bytes.length - value.length - 1)) === 0;
}

/** The bytes of one field of that value. */
function elementOf(name: string, plain: unknown, path: string): Uint8Array {
  return documentOfPlain({ [FIELDS]: [[name, plain]] }, path).subarray(4, -1);
}

/** The bytes of what `textOfDocument` gave, or of any other JSON text of a document. */
export function documentOfText(text: string, path: string): Uint8Array {
  const whole = text.trim();
  if (!whole.startsWith("{")) throw wrongAt(path, "a document");
  return read(whole, path, 0);
}

/** An object or a list. */
function read(text: string, path: string, depth: number): Uint8Array {
  const isList = text.startsWith("[");
  if (text.length <= LARGE_BYTES || depth > DEEPEST) return documentOfPlain(parsed(text, path), path);
  const found: { readonly bytes: Uint8Array }[] = [];
  for (const member of membersOf(text, path)) {
    const colon = isList ? -1 : endOfText(member, 0);
    const name = isList ? String(found.length) : String(parsed(member.slice(0, colon), path));
    if (found.length === 0 && isReserved([name])) return documentOfPlain(parsed(text, path), path);
    const value = isList ? member : member.slice(member.indexOf(":", colon) + 1).trim();
    const place = isList ? `${path}[${name}]` : `${path}.${name}`;
    const isDeep = value.length > LARGE_BYTES && /^(?:\[|\{(?!\s*"\$))/.test(value);
    const type = value.startsWith("[") ? Type.array : Type.object;
    found.push(isDeep ? element(type, name, read(value, place, depth + 1)) : { bytes: elementOf(name, parsed(value, place), place) }); // prettier-ignore
  }
  return documentOf(found);
}

/** The texts between the outermost commas. */
function* membersOf(text: string, path: string): Generator<string> {
  let [depth, from] = [0, 1];
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === 0x22 /* " */) at = endOfText(text, at) - 1;
    else if (letter === 0x7b || letter === 0x5b /* { [ */) depth++;
    else if (letter === 0x7d || letter === 0x5d /* } ] */) depth--;
    const isOver = depth === 0;
    if ((isOver || (depth === 1 && letter === 0x2c)) /* , */ && at > 0) {
      const member = text.slice(from, at).trim();
      if (member !== "") yield member;
      from = at + 1;
    }
    if (isOver && at < text.length - 1) throw wrongAt(path, "JSON");
  }
}

/** Behind the quotation mark that ends the text which begins there. */
function endOfText(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError("format.yaml", `${path} is not JSON.`, path, { cause });
  }
}
