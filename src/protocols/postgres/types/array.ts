/**
 * Arrays of any type whose codec is known.
 *
 *     Int32 dimensions | Int32 has nulls | Int32 element OID | (Int32 size, Int32 lower bound) * dimensions
 *     (Int32 length or -1, Byten) * elements
 *
 * Text is `{1,NULL,"a b"}`, nested for more dimensions, with `[0:1]=` before it where a bound is not 1.
 */
import { fill, type ValueCodec, viewOf } from "./value-codec.ts";

const DIMENSIONS_MOST = 6;
const QUOTED = /^$|^null$|[{}",\\\s]/i;
const BOUNDS = /^((?:\[-?\d{1,9}:-?\d{1,9}\])+)=/;

interface Dimension {
  readonly size: number;
  readonly lower: number;
}

export function arrayOf(elementType: number, element: ValueCodec): ValueCodec {
  return {
    toText: (bytes) => toText(bytes, elementType, element),
    toBinary: (text) => toBinary(text, elementType, element),
  };
}

function toText(bytes: Uint8Array, elementType: number, element: ValueCodec): string | undefined {
  if (bytes.length < 12) return undefined;
  const view = viewOf(bytes);
  const count = view.getInt32(0);
  if (count < 0 || count > DIMENSIONS_MOST || view.getUint32(8) !== elementType) return undefined;
  if (count === 0) return "{}";
  if (bytes.length < 12 + count * 8) return undefined;
  const dimensions: Dimension[] = [];
  for (let index = 0; index < count; index++) {
    dimensions.push({ size: view.getInt32(12 + index * 8), lower: view.getInt32(16 + index * 8) });
  }
  const elements = showElements(bytes, 12 + count * 8, element);
  if (elements === undefined) return undefined;
  const total = dimensions.reduce((product, { size }) => product * size, 1);
  if (total !== elements.length) return undefined;
  if (total === 0) return "{}";
  let level = elements;
  for (const { size } of dimensions.toReversed()) {
    const groups: string[] = [];
    for (let at = 0; at < level.length; at += size) groups.push(`{${level.slice(at, at + size).join(",")}}`);
    level = groups;
  }
  const isPlain = dimensions.every(({ lower }) => lower === 1);
  const bounds = isPlain ? "" : `${dimensions.map((d) => `[${d.lower}:${d.lower + d.size - 1}]`).join("")}=`;
  return bounds + (level[0] ?? "{}");
}

function showElements(bytes: Uint8Array, start: number, element: ValueCodec): string[] | undefined {
  const view = viewOf(bytes);
  const elements: string[] = [];
  for (let at = start; at < bytes.length;) {
    if (bytes.length - at < 4) return undefined;
    const length = view.getInt32(at);
    at += 4;
    if (length < -1 || length > bytes.length - at) return undefined;
    const shown = length === -1 ? null : element.toText(bytes.subarray(at, at + length));
    if (shown === undefined) return undefined;
    elements.push(shown === null ? "NULL" : QUOTED.test(shown) ? quote(shown) : shown);
    at += Math.max(length, 0);
  }
  return elements;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

type Nested = readonly (Nested | string | null)[];

/** Reads the braces, quotes and commas; undefined for what is no array. */
function parse(text: string): Nested | undefined {
  let at = 0;
  const item = (): string | null | undefined => {
    if (text[at] === '"') {
      let value = "";
      for (at++; at < text.length && text[at] !== '"'; at++) value += text[text[at] === "\\" ? ++at : at] ?? "";
      return at++ < text.length ? value : undefined;
    }
    let value = "";
    for (; at < text.length && text[at] !== "," && text[at] !== "}"; at++) {
      if (text[at] === "{" || text[at] === '"') return undefined;
      value += text[text[at] === "\\" ? ++at : at] ?? "";
    }
    const trimmed = value.trim();
    return trimmed === "" ? undefined : trimmed.toLowerCase() === "null" ? null : trimmed;
  };
  const spaces = (): void => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  const list = (depth: number): Nested | undefined => {
    if (text[at++] !== "{" || depth > DIMENSIONS_MOST) return undefined;
    const items: (Nested | string | null)[] = [];
    spaces();
    if (text[at] === "}") return (at++, items);
    for (;;) {
      spaces();
      const found = text[at] === "{" ? list(depth + 1) : item();
      if (found === undefined) return undefined;
      items.push(found);
      spaces();
      const mark = text[at++];
      if (mark === "}") return items;
      if (mark !== ",") return undefined;
    }
  };
  const found = list(1);
  return found !== undefined && text.slice(at).trim() === "" ? found : undefined;
}

/** The sizes, if every list of a level has the same one, and the elements in a row. */
function flatten(nested: Nested): { sizes: number[]; flat: (string | null)[] } | undefined {
  const sizes: number[] = [];
  let level: readonly (Nested | string | null)[] = nested;
  if (level.length === 0) return { sizes, flat: [] };
  sizes.push(level.length);
  while (level.some((item) => Array.isArray(item))) {
    const lists = level.filter((item): item is Nested => Array.isArray(item));
    const [first] = lists;
    if (lists.length !== level.length || first === undefined || first.length === 0) return undefined;
    if (lists.some((list) => list.length !== first.length)) return undefined;
    sizes.push(first.length);
    level = lists.flat();
  }
  return { sizes, flat: level as (string | null)[] };
}

function toBinary(text: string, elementType: number, element: ValueCodec): Uint8Array | undefined {
  const trimmed = text.trim();
  const prefix = BOUNDS.exec(trimmed);
  const nested = parse(prefix === null ? trimmed : trimmed.slice(prefix[0].length));
  const shape = nested === undefined ? undefined : flatten(nested);
  if (shape === undefined) return undefined;
  const lowers = [...(prefix?.[1] ?? "").matchAll(/\[(-?\d+):(-?\d+)\]/g)].map((match) => Number(match[1]));
  if (prefix !== null && lowers.length !== shape.sizes.length) return undefined;
  const values: (Uint8Array | null)[] = [];
  for (const item of shape.flat) {
    const value = item === null ? null : element.toBinary(item);
    if (value === undefined) return undefined;
    values.push(value);
  }
  const header = 12 + shape.sizes.length * 8;
  const length = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), header);
  const bytes = fill(length, (view) => {
    view.setInt32(0, shape.sizes.length);
    view.setInt32(4, values.includes(null) ? 1 : 0);
    view.setUint32(8, elementType);
    for (const [index, size] of shape.sizes.entries()) {
      view.setInt32(12 + index * 8, size);
      view.setInt32(16 + index * 8, lowers[index] ?? 1);
    }
    let at = header;
    for (const value of values) {
      view.setInt32(at, value?.length ?? -1);
      at += 4 + (value?.length ?? 0);
    }
  });
  let at = header;
  for (const value of values) {
    at += 4;
    if (value !== null) bytes.set(value, at);
    at += value?.length ?? 0;
  }
  return bytes;
}
