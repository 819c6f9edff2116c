/**
 * Paths as reports and noise rules spell them, `body.items[2].name`, taken apart. A rule's `*` stands for any member or
 * index, and a rule that names no index means all items of a list, as `body.items.id` is usually meant. Heads and trailers
 * know no capitals.
 */

/** A member's name, an index, or `*` for any. */
export type Segment = string | number;

const ANY: Segment = "*";
const SEGMENT = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g;

/** A path in its parts; what is no path gives as many as can be read. */
export function parsePath(path: string): readonly Segment[] {
  const found: Segment[] = [];
  for (const [, quoted, index, name] of path.matchAll(SEGMENT)) {
    if (quoted !== undefined) found.push(JSON.parse(`"${quoted}"`) as string);
    else if (index !== undefined) found.push(index === "*" ? ANY : Number(index));
    else if (name !== undefined) found.push(name);
  }
  const top = found[0];
  if (typeof top !== "string" || !/^(?:header|trailer)$/i.test(top)) return found;
  return found.map((segment) => (typeof segment === "string" ? segment.toLowerCase() : segment));
}

/** Whether the rule is about that place or one above it. */
export const covers = (rule: readonly Segment[], path: readonly Segment[]): boolean => reach(rule, path) >= 0;

/** Whether the rule names that very place. */
export const names = (rule: readonly Segment[], path: readonly Segment[]): boolean => reach(rule, path) === path.length;

/** How much of the path the rule uses up; -1 where it is about something else. */
function reach(rule: readonly Segment[], path: readonly Segment[]): number {
  let at = 0;
  for (const segment of rule) {
    if (typeof segment === "string" && segment !== ANY) while (typeof path[at] === "number") at++;
    const found = path[at++];
    if (found === undefined || (segment !== ANY && segment !== found)) return -1;
  }
  return rule.length > 0 ? at : -1;
}
