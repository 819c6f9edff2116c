/** Rows as readable values, and back: text rows of queries, binary rows of prepared statements. */
import { FormatError } from "../../core/errors.ts";
import { equalBytes, joinBytes } from "../../lib/bytes/pieces.ts";
import { bytesOf, type Word, wordOf } from "../../lib/bytes/text.ts";
import { PayloadReader } from "./payload-reader.ts";
import { PayloadWriter } from "./payload-writer.ts";
import { packets, payloadsIn } from "./packets.ts";
import type { Column, Encoding } from "./spec.ts";
import { UNSIGNED, UNSIGNED_COLUMN } from "./types.ts";
import { readValue, writeValue } from "./values.ts";

export type Row = readonly (Word | null)[];

const NULL = 0xfb;
/** The first two bits of a binary row's null map are not used. */
const NULL_OFFSET = 2;

/** Null where these rows would not come back as the same bytes. */
export function decodeRows(run: Uint8Array, columns: readonly Column[], encoding: Encoding): Row[] | null {
  const rows: Row[] = [];
  try {
    for (const payload of payloadsIn(run)) {
      rows.push(encoding === "text" ? decodeText(payload, columns.length) : decodeBinary(payload, columns));
    }
    return equalBytes(encodeRows(rows, columns, encoding), run) ? rows : null;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** Throws `FormatError` where a value is none of its column's type. */
export function encodeRows(rows: readonly Row[], columns: readonly Column[], encoding: Encoding): Uint8Array {
  return joinBytes(rows.map((row) => packets(encoding === "text" ? encodeText(row) : encodeBinary(row, columns), 0)));
}

function decodeText(payload: Uint8Array, count: number): Row {
  const reader = new PayloadReader(payload);
  const row: (Word | null)[] = [];
  for (let at = 0; at < count; at++) {
    const isNull = payload[reader.offset] === NULL;
    row.push(isNull ? null : wordOf(reader.sized()));
    if (isNull) reader.byte();
  }
  return row;
}

function encodeText(row: Row): Uint8Array {
  const writer = new PayloadWriter();
  for (const value of row) {
    if (value === null) writer.byte(NULL);
    else writer.sized(bytesOf(value));
  }
  return writer.finish();
}

const typeOf = ({ type, flags }: Column): number => ((flags & UNSIGNED_COLUMN) === 0 ? type : type | UNSIGNED);

function decodeBinary(payload: Uint8Array, columns: readonly Column[]): Row {
  const reader = new PayloadReader(payload, 1);
  const nulls = reader.take((columns.length + NULL_OFFSET + 7) >> 3);
  return columns.map((column, index) => {
    const bit = index + NULL_OFFSET;
    return ((nulls[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0 ? readValue(reader, typeOf(column)) : null;
  });
}

function encodeBinary(row: Row, columns: readonly Column[]): Uint8Array {
  if (row.length !== columns.length) {
    throw new FormatError("format.yaml", `A row of ${row.length} values stands under ${columns.length} columns.`, "rows"); // prettier-ignore
  }
  const nulls = new Uint8Array((columns.length + NULL_OFFSET + 7) >> 3);
  for (const [index, value] of row.entries()) {
    const bit = index + NULL_OFFSET;
    if (value === null) nulls[bit >> 3] = (nulls[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  const writer = new PayloadWriter().byte(0).raw(nulls);
  for (const [index, column] of columns.entries()) {
    const value = row[index];
    if (value !== null && value !== undefined) writeValue(writer, typeOf(column), value);
  }
  return writer.finish();
}
