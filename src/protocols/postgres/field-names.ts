/**
 * The fields of errors and notices by readable names, in the order in which the server sent them.
 * https://www.postgresql.org/docs/current/protocol-error-fields.html
 */
import type { Field } from "./backend.ts";

const names: readonly (readonly [code: string, name: string])[] = [
  ["S", "severity"],
  ["V", "severityPlain"],
  ["C", "code"],
  ["M", "message"],
  ["D", "detail"],
  ["H", "hint"],
  ["P", "position"],
  ["p", "internalPosition"],
  ["q", "internalQuery"],
  ["W", "where"],
  ["s", "schema"],
  ["t", "table"],
  ["c", "column"],
  ["d", "dataType"],
  ["n", "constraint"],
  ["F", "file"],
  ["L", "line"],
  ["R", "routine"],
];
const nameOf = new Map(names);
const codeOf = new Map(names.map(([code, name]) => [name, code]));

/** Null where a field stands twice, which a mapping cannot say. */
export function nameFields(fields: readonly Field[]): Record<string, string> | null {
  const named: Record<string, string> = {};
  for (const [code, text] of fields) {
    const name = nameOf.get(code) ?? `field ${code}`;
    if (Object.hasOwn(named, name)) return null;
    named[name] = text;
  }
  return named;
}

/** The code byte of a name, or undefined for what is none. */
export function fieldCode(name: string): string | undefined {
  const letter = name.startsWith("field ") ? name.slice("field ".length) : "";
  return codeOf.get(name) ?? (isFieldCode(letter) ? letter : undefined);
}

/** A code is one byte and not zero, which would end the list. */
export function isFieldCode(letter: string): boolean {
  const code = letter.charCodeAt(0);
  return letter.length === 1 && code > 0 && code <= 0xff;
}
