/**
 * Words of a text that may be one value each, and which of them tell: an id, a token, a long number are not the same in
 * two places by chance. A text is looked at in several widths, since only some values hold dots, dashes or slashes.
 */
import { isTimestamp, isUuid } from "./value-form.ts";

/** Runs of characters, the widest first: placeholders, base64 and addresses, tokens with dots, ids, words. */
const WORDS = [
  /\{\{[^{}]*\}\}|[A-Za-z0-9_\-+/.~%]+/g,
  /\{\{[^{}]*\}\}|[A-Za-z0-9_.-]+/g,
  /\{\{[^{}]*\}\}|[A-Za-z0-9_-]+/g,
  /\{\{[^{}]*\}\}|[A-Za-z0-9]+/g,
] as const;

/** Every word of every width. */
export const wordsOf = (text: string): string[] => WORDS.flatMap((words) => text.match(words) ?? []);

/** Each word in its widest form for which there is another. */
export function replaceWords(text: string, other: (word: string) => string | undefined, level = 0): string {
  const words = WORDS[level];
  if (words === undefined) return text;
  return text.replace(words, (word) => other(word) ?? (word.startsWith("{{") ? word : replaceWords(word, other, level + 1))); // prettier-ignore
}

/** The words in which two texts differ that are alike in everything else. */
export function wordPairs(one: string, other: string): [one: string, other: string][] {
  return WORDS.flatMap((words) => {
    if (one.replace(words, "\0") !== other.replace(words, "\0")) return [];
    const others = other.match(words) ?? [];
    return (one.match(words) ?? []).map((word, at): [string, string] => [word, others[at] ?? ""]);
  });
}

/** A word of a language, a count or an instant may be the same by chance; a secret's placeholder never is. */
export function isTelling(value: string): boolean {
  if (isUuid(value) || /^\{\{secret\.[^{}]*\}\}$/.test(value)) return true;
  if (isTimestamp(value) || /[\s{}]/.test(value)) return false;
  if (/^\d+$/.test(value)) return value.length >= 4;
  if (value.length < 6) return false;
  if (!/\d/.test(value)) return value.length >= 16 && /[a-z][A-Z]|[A-Z][a-z].*[A-Z]/.test(value);
  return /[A-Za-z]/.test(value) || value.length >= 8;
}
