/** Values bound to a query or to a prepared statement, as the client sends them. */
import { FormatError } from "../../core/errors.ts";
import { decodeText, wordOf } from "../../lib/bytes/text.ts";
import type { PayloadReader } from "./payload-reader.ts";
import type { Parameter } from "./spec.ts";
import { Type } from "./types.ts";
import { readValue } from "./values.ts";

/** What a value is read by. */
export interface Bound {
  readonly type: number;
  readonly name: string;
}

export interface Block {
  readonly count: number;
  /** Names follow the types: the client may send attributes of the query. */
  readonly hasNames: boolean;
  /** Of the execution before, where the client does not send them again. */
  readonly known: readonly Bound[];
  /** What was sent ahead, by the parameter's index. */
  readonly ahead: ReadonlyMap<number, Uint8Array>;
}

/** Nulls, types and values; each parameter takes a byte at least of what there is. */
export function readParameters(reader: PayloadReader, block: Block): Parameter[] {
  const { count, hasNames, ahead } = block;
  const nulls = reader.take((count + 7) >> 3);
  const isBound = reader.byte() === 1;
  let bound = block.known;
  if (isBound) {
    const read: Bound[] = [];
    for (let at = 0; at < count; at++) {
      const type = reader.uint16();
      read.push({ type, name: hasNames ? decodeText(reader.sized()) : "" });
    }
    bound = read;
  }
  if (bound.length < count) throw new FormatError("format.bytes", "values come without their types", "parameters");
  const parameters: Parameter[] = [];
  for (let at = 0; at < count; at++) {
    const { type, name } = bound[at] as Bound;
    const early = ahead.get(at);
    const isNull = ((nulls[at >> 3] ?? 0) & (1 << (at & 7))) !== 0 || type === Type.Null;
    if (early !== undefined) parameters.push({ type, name, value: wordOf(early) });
    else parameters.push({ type, name, value: isNull ? null : readValue(reader, type) });
  }
  return parameters;
}
