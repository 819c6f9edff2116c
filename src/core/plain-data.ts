/** Access to parsed YAML whose shape is not yet known; each failure names file and field. */
import { FormatError } from "./errors.ts";

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** A mapping, or an error about `where`. */
export function fieldsOf(value: unknown, where: string): Fields {
  if (!isFields(value)) throw wrongAt(where, "a mapping");
  return value;
}

/** A mapping, or an empty one where nothing of the kind stands. */
export const fieldsOrNone = (value: unknown): Fields => (isFields(value) ? value : {});

/** A list, or an error about `where`. */
export function itemsOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongAt(where, "a list");
  return value;
}

/** What stands at `where` is not what is `wanted` there. */
export const wrongAt = (where: string, wanted: string): FormatError =>
  new FormatError("format.yaml", `${where} is not ${wanted}.`, where);

export const textOr = <T>(value: unknown, absent: T): string | T =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : absent;

export function numberOr<T>(value: unknown, absent: T): number | T {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : absent;
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A list or a mapping with each member as `change` makes it; the same one where it changes none. */
export function withMembers(data: object, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(data)) {
    const list = (data as unknown[]).map((member) => change(member));
    return list.some((after, index) => after !== data[index]) ? list : data;
  }
  const members = data as Fields;
  const changed = new Map<string, unknown>();
  for (const name of Object.keys(members)) {
    const after = change(members[name]);
    if (after !== members[name]) changed.set(name, after);
  }
  if (changed.size === 0) return data;
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, changed.has(name) ? changed.get(name) : member]),
  );
}
