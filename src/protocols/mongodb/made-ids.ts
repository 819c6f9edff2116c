/**
 * ObjectIds that a client makes for what it writes: they begin with the second in which they were made, so a recording
 * shows them, and another run makes others. In replay the ones that it makes stand for the recorded ones from then on.
 */
import { writtenFields } from "./commands.ts";
import { type Element, elementsOf, Type } from "./documents.ts";

const FRESH_MS = 60_000;
/** What a write looks for, beside what it writes. */
const SOUGHT = new Set(["q", "filter", "arrayFilters", "hint", "c", "sort", "collation"]);
const DEEPEST = 220;

/** Every `_id` in what a command writes that is an ObjectId, once each. */
export function writtenIds(request: Uint8Array): readonly string[] {
  const elements = elementsOf(request);
  const fields = writtenFields(elements[0]?.name ?? "");
  const found = new Set<string>();
  for (const each of elements) if (fields.includes(each.name)) collect(each, found, 0);
  return [...found];
}

/** Those of them that were made about that time, in milliseconds since the epoch. */
export function freshIds(request: Uint8Array, at: number): readonly string[] {
  return writtenIds(request).filter((id) => Math.abs(Number.parseInt(id.slice(0, 8), 16) * 1000 - at) <= FRESH_MS);
}

function collect({ type, name, value }: Element, found: Set<string>, depth: number): void {
  if (type === Type.objectId && name === "_id") found.add(Buffer.from(value).toString("hex"));
  if ((type !== Type.object && type !== Type.array) || SOUGHT.has(name) || depth > DEEPEST) return;
  for (const each of elementsOf(value)) collect(each, found, depth + 1);
}

/** The document with ObjectIds replaced, and which of them were. */
export function replaceIds(
  document: Uint8Array,
  ids: ReadonlyMap<string, string>,
): { readonly document: Uint8Array; readonly replaced: readonly string[] } {
  if (ids.size === 0) return { document, replaced: [] };
  const copy = new Uint8Array(document);
  const replaced = new Set<string>();
  replaceIn(copy, ids, { replaced, depth: 0 });
  return replaced.size === 0 ? { document, replaced: [] } : { document: copy, replaced: [...replaced] };
}

/** In place: elements are views of the same bytes. */
function replaceIn(
  document: Uint8Array,
  ids: ReadonlyMap<string, string>,
  { replaced, depth }: { replaced: Set<string>; depth: number },
): void {
  for (const { type, value } of elementsOf(document)) {
    if ((type === Type.object || type === Type.array) && depth < DEEPEST) {
      replaceIn(value, ids, { replaced, depth: depth + 1 });
    }
    if (type !== Type.objectId) continue;
    const before = Buffer.from(value).toString("hex");
    const after = ids.get(before);
    if (after === undefined) continue;
    value.set(Buffer.from(after, "hex"));
    replaced.add(before);
  }
}

/** What the connections of one run of an app have made, and what it stands for. */
export class MadeIds {
  /** By what was made in this run, what was recorded. */
  readonly recorded = new Map<string, string>();
  /** By a cursor's id, what its answers are to show in place of what was recorded. */
  readonly cursors = new Map<string, ReadonlyMap<string, string>>();
  /** By the id of a cursor that somebody watches, how many recorded answers it has still to give. */
  readonly watched = new Map<string, number>();
  /** By shape, the ids of recorded writes that are the same in each run. */
  readonly #fixed = new Map<string, ReadonlySet<string>>();

  /** Works it out once a shape. */
  fixed(
    shape: string,
    recorded: () => Iterable<{ request: Uint8Array; made: readonly string[] }>,
  ): ReadonlySet<string> {
    const known = this.#fixed.get(shape);
    if (known !== undefined) return known;
    const fixed = new Set<string>();
    for (const { request, made } of recorded()) {
      for (const id of writtenIds(request)) if (!made.includes(id)) fixed.add(id);
    }
    this.#fixed.set(shape, fixed);
    return fixed;
  }
}

const known = new WeakMap<readonly string[], MadeIds>();

/** One for all connections of an app, which its surroundings stand for. */
export function madeIdsOf(surroundings: readonly string[] | undefined): MadeIds {
  const before = surroundings === undefined ? undefined : known.get(surroundings);
  if (before !== undefined) return before;
  const made = new MadeIds();
  if (surroundings !== undefined) known.set(surroundings, made);
  return made;
}
