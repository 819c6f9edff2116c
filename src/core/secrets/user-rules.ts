/**
 * What users say about secrets of their own, and about what is none: `{ name: employee, regex: EMP-\d+ }`, `{ name: pin, path:
 * body.user.code }`, `{ except: body.token }`, `{ except: /^demo-/ }`. Paths are those of noise: `header.X-Key`, `body.a.b`.
 */
import { UsageError } from "../errors.ts";

export interface UserRules {
  readonly regexes: readonly { readonly kind: string; readonly pattern: RegExp }[];
  readonly paths: readonly { readonly kind: string; readonly path: readonly string[] }[];
  readonly exceptPaths: readonly (readonly string[])[];
  readonly exceptValues: readonly RegExp[];
}

export const NO_USER_RULES: UserRules = { regexes: [], paths: [], exceptPaths: [], exceptValues: [] };

/** As a file holds them; `where` names it in errors. */
export function readUserRules(value: unknown, where: string): UserRules {
  if (value === undefined || value === null) return NO_USER_RULES;
  if (!Array.isArray(value)) throw wrong(where, "is not a list");
  const rules = { regexes: [], paths: [], exceptPaths: [], exceptValues: [] } as {
    -readonly [K in keyof UserRules]: UserRules[K][number][];
  };
  for (const [index, each] of (value as unknown[]).entries()) {
    const at = `${where}[${index}]`;
    if (typeof each !== "object" || each === null) throw wrong(at, "is not a rule");
    const { name = "secret", regex, path, except } = each as Record<string, unknown>;
    const kind = typeof name === "string" ? name : "secret";
    if (typeof regex === "string") rules.regexes.push({ kind, pattern: compiled(regex, at, "g") });
    else if (typeof path === "string") rules.paths.push({ kind, path: segmentsOf(path) });
    else if (typeof except !== "string") throw wrong(at, "has neither regex, path nor except");
    else if (/^\/.+\/$/.test(except)) rules.exceptValues.push(compiled(except.slice(1, -1), at, ""));
    else rules.exceptPaths.push(segmentsOf(except));
  }
  return rules;
}

const wrong = (where: string, what: string): UsageError =>
  new UsageError("usage.config", `${where} ${what}.`, {
    hint: "Write `- { name: employee, regex: 'EMP-[0-9]+' }`, `- { name: pin, path: body.pin }` or `- { except: body.token }`.",
  });

function compiled(source: string, where: string, flags: string): RegExp {
  try {
    return new RegExp(source.replace(/^\(\?i\)/, ""), source.startsWith("(?i)") ? `${flags}i` : flags);
  } catch {
    throw wrong(where, "has a broken regular expression");
  }
}

/** In lower case, without indices. */
export const segmentsOf = (path: string): readonly string[] =>
  [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(?:\d+|\*)\]|([^.[\]]+)/g)].flatMap(([, quoted, name]) =>
    quoted === undefined ? (name === undefined ? [] : [name.toLowerCase()]) : [quoted.toLowerCase()],
  );

/** Whether a place, named from the outside in, is at or below that path. */
export function isAt(place: readonly string[], path: readonly string[]): boolean {
  for (let from = 0; from + path.length <= place.length; from++) {
    if (path.every((segment, index) => segment === "*" || segment === place[from + index])) return true;
  }
  return false;
}
