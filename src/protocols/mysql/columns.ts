/** Column definitions, as results, prepared statements and COM_FIELD_LIST describe them. */
import { bytesOf, decodeText, encodeText, wordOf } from "../../lib/bytes/text.ts";
import { PayloadReader } from "./payload-reader.ts";
import { PayloadWriter } from "./payload-writer.ts";
import { Can, type Form } from "./capabilities.ts";
import type { Column } from "./spec.ts";

const FIXED_LENGTH = 12;
const NULL = 0xfb;

export function decodeColumn(payload: Uint8Array, form: Form): Column {
  const reader = new PayloadReader(payload);
  const text = (): string => decodeText(reader.sized());
  const [catalog, schema, table, originalTable, name, originalName] = [text(), text(), text(), text(), text(), text()];
  const extended = form.can(Can.ExtendedTypes) ? reader.sized() : null;
  reader.count();
  const charset = reader.uint16();
  const length = reader.uint32();
  const type = reader.byte();
  const flags = reader.uint16();
  const decimals = reader.byte();
  reader.take(Math.min(2, reader.left));
  const fallback = reader.left === 0 || reader.bytes[reader.offset] === NULL ? null : wordOf(reader.sized());
  return {
    ...{ catalog, schema, table, originalTable, name, originalName, charset, length, type, flags, decimals, fallback },
    extended: extended === null || extended.length === 0 ? null : extended.slice(),
  };
}

/** `isListed`: in the answer to COM_FIELD_LIST, which ends with the column's default. */
export function encodeColumn(column: Column, form: Form, isListed = false): Uint8Array {
  const { catalog, schema, table, originalTable, name, originalName, extended, fallback } = column;
  const writer = new PayloadWriter();
  for (const text of [catalog, schema, table, originalTable, name, originalName]) writer.sized(encodeText(text));
  if (form.can(Can.ExtendedTypes)) writer.sized(extended ?? new Uint8Array(0));
  writer.count(FIXED_LENGTH).int16(column.charset).int32(column.length);
  writer.byte(column.type).int16(column.flags).byte(column.decimals).int16(0);
  if (isListed) {
    if (fallback === null) writer.byte(NULL);
    else writer.sized(bytesOf(fallback));
  }
  return writer.finish();
}
