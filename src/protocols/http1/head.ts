/**
 * The head of a message: a start line, fields, an empty line (RFC 9112, 2 to 5).
 *
 *     GET /users/7 HTTP/1.1\r\n        HTTP/1.1 200 OK\r\n
 *     Host: api\r\n                    Content-Length: 2\r\n
 *     \r\n                             \r\n
 *
 * Tolerates what servers tolerate (bare LF, folded lines, stray space) and says so by keeping the bytes; refuses lines
 * without a colon and start lines of other protocols.
 */
import { FormatError } from "../../core/errors.ts";
import { exactText, latin1Text, textBytes } from "../../lib/bytes/text.ts";
import type { Header } from "./spec.ts";

/** A decoded head; `wire` is `null` if `encodeHead` gives the same bytes. */
export interface Head {
  readonly start: string;
  readonly headers: readonly Header[];
  readonly wire: Uint8Array | null;
}

export interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly minor: number;
}

export interface StatusLine {
  readonly minor: number;
  readonly status: number;
  readonly reason: string;
}

const NOT_ASCII = /[^\u0000-\u007f]/;

const wrong = (message: string): FormatError => new FormatError("format.bytes", message, "head");

const headText = (bytes: Uint8Array): { text: string; exact: boolean } => {
  const text = latin1Text(bytes);
  if (!NOT_ASCII.test(text)) return { text, exact: true };
  const decoded = exactText(bytes);
  return decoded === undefined ? { text, exact: false } : { text: decoded, exact: true };
};

interface Lines {
  readonly headers: [string, string][];
  exact: boolean;
}

const addLine = (line: string, into: Lines): void => {
  const first = line.charCodeAt(0);
  if (first === 32 || first === 9) {
    const last = into.headers.at(-1);
    if (!last) throw wrong("a head begins with a folded line");
    last[1] = `${last[1]} ${line.trim()}`.trim();
    into.exact = false;
    return;
  }
  const colon = line.indexOf(":");
  if (colon <= 0) throw wrong(`a line of a head has no name: ${JSON.stringify(line.slice(0, 80))}`);
  const name = line.slice(0, colon);
  const value = line.slice(colon + 1).trim();
  const trimmed = name.trimEnd();
  if (trimmed !== name || line.charCodeAt(colon + 1) !== 32 || line.length !== colon + 2 + value.length) {
    into.exact = false;
  }
  into.headers.push([trimmed, value]);
};

/** Decodes start line and fields; `bytes` ends with the empty line. */
export const decodeHead = (bytes: Uint8Array): Head => {
  const { text, exact } = headText(bytes);
  const lines = text.split("\n");
  const into: Lines = { headers: [], exact };
  let start = "";
  // The split leaves the empty line and what follows its LF, which is nothing.
  for (let index = 0; index < lines.length - 2; index++) {
    let line = lines[index] ?? "";
    if (line.endsWith("\r")) line = line.slice(0, -1);
    else into.exact = false;
    if (index === 0) start = line;
    else addLine(line, into);
  }
  if (lines.at(-2) !== "\r") into.exact = false;
  return { start, headers: into.headers, wire: into.exact ? null : bytes };
};

/** The fields of a trailer: lines up to and including the empty one. */
export const decodeTrailers = (bytes: Uint8Array): readonly Header[] => {
  const into: Lines = { headers: [], exact: true };
  for (const line of headText(bytes).text.split(/\r?\n/)) if (line !== "") addLine(line, into);
  return into.headers;
};

/** The fields as lines, each with its end. */
export const printHeaders = (headers: readonly Header[]): string => {
  let text = "";
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
  return text;
};

/** The head's bytes, the empty line included. */
export const encodeHead = (start: string, headers: readonly Header[]): Uint8Array =>
  textBytes(`${start}\r\n${printHeaders(headers)}\r\n`);

/** `GET /users/7 HTTP/1.1`; a target with spaces in it is let pass, as most servers do. */
export const parseRequestLine = (start: string): RequestLine => {
  const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (.*\S) HTTP\/1\.(\d)[ \t]*$/.exec(start);
  if (!match) throw wrong(`this is no request line of HTTP/1: ${JSON.stringify(start.slice(0, 80))}`);
  return { method: match[1] ?? "", target: match[2] ?? "", minor: Number(match[3]) };
};

/** `HTTP/1.1 404 Not Found`; the reason may be empty or left out. */
export const parseStatusLine = (start: string): StatusLine => {
  const match = /^HTTP\/1\.(\d) (\d{3})(?: (.*))?$/.exec(start);
  if (!match) throw wrong(`this is no status line of HTTP/1: ${JSON.stringify(start.slice(0, 80))}`);
  return { minor: Number(match[1]), status: Number(match[2]), reason: match[3] ?? "" };
};

/** The inverse of `parseRequestLine`. */
export const printRequestLine = ({ method, target, minor }: RequestLine): string =>
  `${method} ${target} HTTP/1.${minor}`;

/** The inverse of `parseStatusLine`. */
export const printStatusLine = ({ minor, status, reason }: StatusLine): string =>
  `HTTP/1.${minor} ${String(status).padStart(3, "0")} ${reason}`;

/** The same head with its bytes kept if printing `start` again would lose something of them. */
export const keepUnlessPrinted = (head: Head, start: string, bytes: Uint8Array): Uint8Array | null =>
  head.wire !== null || head.start !== start ? bytes : null;
