/** Values bound to a query or to a prepared statement, as the client sends them. */
import { FormatError } from "../../core/errors.ts";
import { decodeText, wordOf } from "../../lib/bytes/text.ts";
import type { PayloadReader } from "./payload-reader.ts";
import type { Parameter } from "./spec.ts";
import { BULK, Type } from "./types.ts";
import { readValue } from "./values.ts";

/** In the flags of a bulk execution: types come first. */
const HAS_TYPES = 0x80;
/** What stands for a value in a row of one. */
const [NULL, DEFAULT, IGNORED] = [1, 2, 3] as const;

/** Of rows with more values nobody reads one. */
const MOST_VALUES = 1 << 16;

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

/**
 * Rows of MariaDB's bulk execution: one parameter that says how many, then the values of one row after the other. What is
 * left to the column (`default`) or as it was (`ignored`) says so by its name. Null where they cannot be told.
 * https://mariadb.com/docs/server/reference/clientserver-protocol/3-binary-protocol-prepared-statements/com_stmt_bulk_execute
 */
export function readRows(reader: PayloadReader, { count, known }: Pick<Block, "count" | "known">): Parameter[] | null {
  const hasTypes = (reader.uint16() & HAS_TYPES) !== 0;
  const bound = hasTypes ? Array.from({ length: count }, () => ({ type: reader.uint16(), name: "" })) : known;
  if (count === 0 || bound.length !== count) return null;
  const values: Parameter[] = [];
  let rows = 0;
  for (; reader.left > 0; rows++) {
    if (values.length > MOST_VALUES) return null;
    for (const { type } of bound) values.push(readIndicated(reader, type));
  }
  return [{ type: BULK, name: "", value: String(rows) }, ...values];
}

function readIndicated(reader: PayloadReader, type: number): Parameter {
  const indicator = reader.byte();
  if (indicator === 0) return { type, name: "", value: readValue(reader, type) };
  if (indicator > IGNORED) throw new FormatError("format.bytes", `${indicator} indicates no value`, "parameters");
  return { type, name: indicator === NULL ? "" : indicator === DEFAULT ? "default" : "ignored", value: null };
}
