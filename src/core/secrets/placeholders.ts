/**
 * The words that stand for secrets in files: `{{secret.password-1}}`, or `{{secret.password-1:base64}}` where the value was
 * spelt otherwise (`encodings.ts`). Text of a recording that looks like one gets a backslash, `{{\secret.x}}`, and loses it
 * again. A name that nobody knows is left as it stands.
 */
import { type Encoding, isEncoding } from "./encodings.ts";

const PLACEHOLDER = /\{\{(\\*)secret\.(?:([\w.-]+?)(?::([a-z0-9]+))?\}\})?/g;
const LIKE = /\{\{(?=\\*secret\.)/g;

/** What every placeholder begins with, and everything that is escaped. */
export const OPENING = "{{";

export const placeholder = (name: string, encoding: Encoding | null): string =>
  encoding === null ? `{{secret.${name}}}` : `{{secret.${name}:${encoding}}}`;

/** Text that is to be read as it stands. */
export const escapePlaceholders = (text: string): string => text.replace(LIKE, "{{\\");

/** What a placeholder stands for, spelt as it says; `undefined` for names that are unknown. */
export type ValueOf = (name: string, encoding: Encoding | null) => string | undefined;

/** The text that a file's text stands for. */
export function fillPlaceholders(text: string, valueOf: ValueOf): string {
  if (!text.includes(OPENING)) return text;
  return text.replace(PLACEHOLDER, (whole, escapes: string, name?: string, encoding?: string) => {
    if (escapes !== "") return `{{${whole.slice("{{\\".length)}`;
    if (name === undefined || (encoding !== undefined && !isEncoding(encoding))) return whole;
    return valueOf(name, encoding ?? null) ?? whole;
  });
}

/** The parts of a file's text: what is text, and which are placeholders; joined they are the text. */
export function splitPlaceholders(text: string): readonly { readonly text: string; readonly name: string | null }[] {
  const parts: { text: string; name: string | null }[] = [];
  let from = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const [whole, escapes, name] = match;
    if (escapes !== "" || name === undefined) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index), name: null });
    parts.push({ text: whole, name });
    from = match.index + whole.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), name: null });
  return parts;
}
