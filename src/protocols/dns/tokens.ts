/** The words of a zone-file line (RFC 1035, 5.1): separated by blanks, `"…"` around what holds blanks, `\` before the rest. */
import { readEscape } from "./names.ts";

/** A word as written, escapes and all; quotes are taken off, also those in `alpn="h2"`. */
export interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Undefined where a quote stays open. A `;` outside quotes begins a comment. */
export const tokensOf = (line: string): Token[] | undefined => {
  const tokens: Token[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\[^])*)"|((?:[^\s";\\]|\\[^])+)(?:"((?:[^"\\]|\\[^])*)")?)/y;
  for (;;) {
    const from = pattern.lastIndex;
    const match = pattern.exec(line);
    if (match === null) return /^\s*(;.*)?$/s.test(line.slice(from)) ? tokens : undefined;
    tokens.push({ text: match[1] ?? `${match[2] ?? ""}${match[3] ?? ""}`, isQuoted: match[1] !== undefined });
  }
};

/** The bytes that a word stands for, or undefined where an escape is broken. */
export const tokenBytes = (text: string): Uint8Array | undefined => {
  const from = new TextEncoder().encode(text);
  const bytes: number[] = [];
  for (let at = 0; at < from.length; at++) {
    const escape = from[at] === 0x5c /* \ */ ? readEscape(from, at) : { byte: from[at] ?? 0, last: at };
    if (escape === undefined) return undefined;
    bytes.push(escape.byte);
    at = escape.last;
  }
  return Uint8Array.from(bytes);
};

/** Bytes in quotes; what is not printable ASCII is escaped. */
export const quoted = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) {
    if (byte < 0x20 || byte > 0x7e) text += `\\${String(byte).padStart(3, "0")}`;
    else text += byte === 0x22 || byte === 0x5c ? `\\${String.fromCharCode(byte)}` : String.fromCharCode(byte);
  }
  return `"${text}"`;
};
