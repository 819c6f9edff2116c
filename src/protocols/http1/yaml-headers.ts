/**
 * Fields of a head in files: a mapping, repeated names with a list of values; where a mapping would lose the order or
 * a spelling, a list of `Name: value` lines.
 */
import type { Header } from "./spec.ts";
import { type Fields, misshapen } from "./yaml-fields.ts";

/** Names that JavaScript objects treat apart: they move to the front, or vanish. */
const isSpecial = (name: string): boolean => /^\d+$/.test(name) || name === "__proto__" || name === "";

/** Whether a mapping gives the fields back in their order. */
const fitsMapping = (headers: readonly Header[]): boolean => {
  const seen = new Set<string>();
  let last = "";
  return headers.every(([name]) => {
    if (isSpecial(name) || (seen.has(name) && name !== last)) return false;
    seen.add(name);
    last = name;
    return true;
  });
};

/** For files. */
export const headersToYaml = (headers: readonly Header[]): unknown => {
  if (!fitsMapping(headers)) return headers.map(([name, value]) => `${name}: ${value}`);
  const mapping: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const held = mapping[name];
    mapping[name] = held === undefined ? value : Array.isArray(held) ? [...held, value] : [held, value];
  }
  return mapping;
};

const valueText = (value: unknown, path: string): string => {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.replace(/[\r\n]+/g, " ");
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  throw misshapen(path, "text", value);
};

const parseLine = (line: unknown, path: string): Header => {
  const text = valueText(line, path);
  const colon = text.indexOf(":");
  if (colon <= 0) throw misshapen(path, "a line like `Name: value`", line);
  return [text.slice(0, colon), text.slice(colon + 1).trim()];
};

/** From files: either form. */
export const headersFromYaml = (fields: Fields, name: string): Header[] => {
  const value = fields.get(name);
  if (Array.isArray(value)) return value.map((line, index) => parseLine(line, `${fields.at(name)}[${index}]`));
  if (value === undefined) return [];
  const mapping = fields.fields(name);
  return Object.entries(value as Record<string, unknown>).flatMap(([field, held]): Header[] => {
    const path = mapping.at(field);
    if (!Array.isArray(held)) return [[field, valueText(held, path)]];
    return held.map((one, index): Header => [field, valueText(one, `${path}[${index}]`)]);
  });
};

/** Whether both lists hold the same fields, in the same order. */
export const sameHeaders = (a: readonly Header[], b: readonly Header[]): boolean =>
  a.length === b.length && a.every(([name, value], index) => b[index]?.[0] === name && b[index][1] === value);
