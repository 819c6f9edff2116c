/**
 * What stands around a difference: the lists, objects and texts in which it was found, both sides of each. A rule about
 * a list judges the whole of it, though differences name single items. It is kept beside the differences, which are
 * plain data of reports.
 */
import type { Difference } from "./diff.ts";
import type { JsonValue } from "./json.ts";

/** One container with its two sides. */
export interface Enclosing {
  readonly path: string;
  readonly expected: JsonValue;
  readonly actual: JsonValue;
  readonly around: Enclosing | null;
  /** A list whose items were compared with those they are most alike, wherever those stand. */
  readonly isPaired?: boolean;
}

const known = new WeakMap<Difference, Enclosing>();

/** Notes what stands around; gives the difference back. */
export function enclosed(difference: Difference, enclosing: Enclosing | null): Difference {
  if (enclosing !== null) known.set(difference, enclosing);
  return difference;
}

/** The innermost container, or `null` where none is known. */
export const enclosingOf = (difference: Difference): Enclosing | null => known.get(difference) ?? null;

/** From the innermost container outwards. */
export function* enclosings(difference: Difference): Generator<Enclosing> {
  for (let each = enclosingOf(difference); each !== null; each = each.around) yield each;
}

/** The difference with the whole texts where it shows parts of long ones. */
export function inFull(difference: Difference): Difference {
  const own = [...enclosings(difference)].find(({ path }) => path === difference.path);
  if (typeof own?.expected !== "string" || typeof own.actual !== "string") return difference;
  return { ...difference, expected: own.expected, actual: own.actual };
}
