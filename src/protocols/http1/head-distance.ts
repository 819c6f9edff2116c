/**
 * How far the heads of two requests with the same key are from each other. Fields of the head decide nothing alone (key.ts),
 * but among calls that differ in nothing else they tell which one is asked: a range of a file, a tenant, a language.
 * What tells of the connection or of the moment tells nothing here.
 */
import type { Header } from "./spec.ts";

const SILENT =
  /^(?:connection|keep-alive|content-length|transfer-encoding|date|host|user-agent|.*-date|.*-time(?:stamp)?)$/;

const fieldsOf = (headers: readonly Header[]): Map<string, string> => {
  const fields = new Map<string, string>();
  for (const [field, value] of headers) {
    const name = field.toLowerCase();
    if (SILENT.test(name)) continue;
    const above = fields.get(name);
    fields.set(name, above === undefined ? value : `${above}\n${value}`);
  }
  return fields;
};

/** In how many fields they differ; 0 for the same head. */
export const headDistance = (recorded: readonly Header[], asked: readonly Header[]): number => {
  const [left, right] = [fieldsOf(recorded), fieldsOf(asked)];
  let differing = 0;
  for (const name of new Set([...left.keys(), ...right.keys()])) if (left.get(name) !== right.get(name)) differing++;
  return differing;
};
