/** Reading fields of a head by name, which never depends on case. */
import type { Header } from "./spec.ts";

/** Every value of a field, in order. */
export const headerValues = (headers: readonly Header[], name: string): string[] => {
  const values: string[] = [];
  for (const [field, value] of headers) {
    if (field.length === name.length && field.toLowerCase() === name) values.push(value);
  }
  return values;
};

/** The first value of a field; `name` in lower case. */
export const headerValue = (headers: readonly Header[], name: string): string | undefined => {
  for (const [field, value] of headers) {
    if (field.length === name.length && field.toLowerCase() === name) return value;
  }
  return undefined;
};

/** The members of a comma-separated field over all its lines, in lower case: `close`, `upgrade`. */
export const headerTokens = (headers: readonly Header[], name: string): readonly string[] => {
  const values = headerValues(headers, name);
  if (values.length === 0) return values;
  return values
    .flatMap((value) => value.split(","))
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== "");
};

/** The same fields with this one set: in the place of the first of that name, else at the end. */
export const withHeader = (headers: readonly Header[], name: string, value: string): Header[] => {
  const wanted = name.toLowerCase();
  const first = headers.findIndex(([field]) => field.toLowerCase() === wanted);
  if (first < 0) return [...headers, [name, value]];
  return headers.flatMap(([field, kept], index): Header[] => {
    if (field.toLowerCase() !== wanted) return [[field, kept]];
    return index === first ? [[field, value]] : [];
  });
};

/** `application/json` of `Content-Type: Application/JSON; charset=utf-8`, or empty. */
export const mediaType = (headers: readonly Header[]): string =>
  (headerValue(headers, "content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** A field's name as paths in reports and noise spell it, however it was sent: `Content-Type`. */
export const canonicalName = (name: string): string => {
  const known = canonicalNames.get(name);
  if (known !== undefined) return known;
  const canonical = name.toLowerCase().replace(/(^|-)[a-z]/g, (initial) => initial.toUpperCase());
  if (canonicalNames.size < NAMES_MOST) canonicalNames.set(name, canonical);
  return canonical;
};

/** Nearly every message has the same few names. */
const canonicalNames = new Map<string, string>();
const NAMES_MOST = 1_000;
