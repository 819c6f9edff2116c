/**
 * The documents of a YAML stream by byte offset, without holding more of the file than a few documents. It looks only
 * for `---` at the start of a line, which no scalar can hold; what a document says is read-yaml.ts's business.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** A run of bytes in a file. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** One document. */
export interface Document extends Span {
  readonly text: string;
  /** Nothing follows it: the one that a dying writer may have torn. */
  readonly last: boolean;
}

const CHUNK = 4 << 20;
const SEPARATOR = Buffer.from("\n---");

/** The documents in order; the text before the first `---` counts as one if it holds more than comments. */
export function* readDocuments(file: string, chunk = CHUNK): Generator<Document> {
  const fd = openSync(file, "r");
  try {
    const size = fstatSync(fd).size;
    let held = Buffer.alloc(0);
    let offset = 0;
    let read = 0;
    while (read < size) {
      const more = Buffer.allocUnsafe(Math.min(chunk, size - read));
      const got = readSync(fd, more, 0, more.length, read);
      if (got === 0) break;
      read += got;
      held = held.length === 0 ? more.subarray(0, got) : Buffer.concat([held, more.subarray(0, got)]);
      let from = 0;
      for (
        let end = nextSeparator(held, from, read === size);
        end >= 0;
        end = nextSeparator(held, from, read === size)
      ) {
        yield* document(held, from, end + 1, offset, false);
        from = end + 1;
      }
      offset += from;
      held = held.subarray(from);
    }
    yield* document(held, 0, held.length, offset, true);
  } finally {
    closeSync(fd);
  }
}

/** Where the line break before the next `---` line is, or -1; at the end of what is held, only if the file ends there. */
function nextSeparator(held: Buffer, from: number, ended: boolean): number {
  for (let at = held.indexOf(SEPARATOR, from); at >= 0; at = held.indexOf(SEPARATOR, at + 1)) {
    const after = held[at + SEPARATOR.length];
    if (after === undefined) return ended ? at : -1;
    if (after === 0x0a /* \n */ || after === 0x0d /* \r */ || after === 0x20 || after === 0x09) return at;
  }
  return -1;
}

function* document(held: Buffer, from: number, to: number, base: number, last: boolean): Generator<Document> {
  const text = held.toString("utf8", from, to);
  if (/^(?:---[ \t]*)?(?:[ \t\r]*(?:#[^\n]*)?(?:\n|$))*$/.test(text)) return;
  yield { text, offset: base + from, length: to - from, last };
}

/** The text at `span`. */
export function readSpan(file: string, span: Span): string {
  const fd = openSync(file, "r");
  try {
    const bytes = Buffer.allocUnsafe(span.length);
    let got = 0;
    while (got < span.length) {
      const count = readSync(fd, bytes, got, span.length - got, span.offset + got);
      if (count === 0) break;
      got += count;
    }
    return bytes.toString("utf8", 0, got);
  } finally {
    closeSync(fd);
  }
}

/** The line, from 1, at which that byte stands. */
export function lineOf(file: string, offset: number): number {
  let line = 1;
  for (let at = 0; at < offset; at += CHUNK) {
    for (const unit of readSpan(file, { offset: at, length: Math.min(CHUNK, offset - at) })) if (unit === "\n") line++;
  }
  return line;
}
