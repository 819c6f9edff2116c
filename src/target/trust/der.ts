/**
 * DER, as far as reading names and stores of certificates needs it: elements with one-byte tags and definite lengths.
 * What is otherwise (BER's indefinite lengths, torn bytes) is a FormatError. Certificates are made in proxy/tls.
 */
import { FormatError } from "../../core/errors.ts";

/** The tags that occur here. */
export const Tag = {
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  bmp: 0x1e,
  explicit0: 0xa0,
} as const;

export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  /** With tag and length. */
  readonly whole: Uint8Array;
}

/** The elements that stand one behind the other in these bytes. */
export function elements(bytes: Uint8Array): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const { start, end } = extent(bytes, at);
    found.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

function extent(bytes: Uint8Array, at: number): { start: number; end: number } {
  const first = bytes[at + 1] ?? 0x80;
  const more = first & 0x80 ? first & 0x7f : 0;
  if ((first & 0x80 && more === 0) || more > 4) throw malformed(at);
  let length = more === 0 ? first : 0;
  for (let i = 0; i < more; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
  const start = at + 2 + more;
  if (start + length > bytes.length) throw malformed(at);
  return { start, end: start + length };
}

const malformed = (at: number): FormatError =>
  new FormatError("format.bytes", "These bytes are no DER.", `offset ${at}`);

/** The element at that path of indices; an index that is not there is a FormatError. */
export function elementAt(bytes: Uint8Array, ...path: readonly number[]): Element {
  let content = bytes;
  let element: Element | undefined;
  for (const index of path) {
    element = elements(content)[index];
    if (element === undefined) throw malformed(0);
    content = element.content;
  }
  if (element === undefined) throw malformed(0);
  return element;
}

/** One element with these parts in it. */
export function encoded(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | digits.length, ...digits];
  return Buffer.concat([Uint8Array.from(head), ...parts]);
}

/** An object identifier from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const septets = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) {
      septets.unshift((left & 0x7f) | 0x80);
    }
    return septets;
  });
  return encoded(Tag.oid, Uint8Array.from(bytes));
}

export const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
