/**
 * Data rows and copy data as runs of wire bytes: taking them apart and building them.
 *
 *     DataRow    D | Int32 length | Int16 n | (Int32 length or -1, Byten) * n
 *     CopyData   d | Int32 length | Byten
 */
import { FormatError } from "../../core/errors.ts";
import { Back } from "./backend.ts";
import { BodyReader } from "./body-reader.ts";
import { MessageWriter } from "./message-writer.ts";

/** One row's values in wire format. */
export type Row = readonly (Uint8Array | null)[];

/** Splits a run into its messages, each with its header, without copying. */
export function* messagesOf(run: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(run.buffer, run.byteOffset, run.byteLength);
  for (let at = 0; at < run.length;) {
    const whole = run.length - at < 5 ? -1 : 1 + view.getInt32(at + 1);
    if (whole < 5 || whole > run.length - at) {
      throw new FormatError("format.bytes", "a run of rows ends within a message", String(at));
    }
    yield run.subarray(at, at + whole);
    at += whole;
  }
}

/** The rows of a run, one at a time. */
export function* decodeRows(run: Uint8Array): Generator<Row> {
  for (const message of messagesOf(run)) {
    if (message[0] !== Back.DataRow) throw new FormatError("format.bytes", "a run of rows holds no rows", "type");
    const reader = new BodyReader(message.subarray(5));
    const row = reader.list((each) => each.value());
    reader.finish();
    yield row;
  }
}

/** The inverse of `decodeRows`. */
export function encodeRows(rows: Iterable<Row>): Uint8Array {
  const writer = new MessageWriter();
  for (const row of rows) {
    writer.begin(Back.DataRow).list(row, (value) => writer.value(value));
    writer.end();
  }
  return writer.finish();
}

/** The contents of CopyData messages, one by one. */
export function* decodeCopyData(run: Uint8Array): Generator<Uint8Array> {
  for (const message of messagesOf(run)) {
    if (message[0] !== Back.CopyData) throw new FormatError("format.bytes", "a run of copy data is none", "type");
    yield message.subarray(5);
  }
}

/** The inverse of `decodeCopyData`. */
export function encodeCopyData(contents: Iterable<Uint8Array>): Uint8Array {
  const writer = new MessageWriter();
  for (const content of contents) writer.begin(Back.CopyData).raw(content).end();
  return writer.finish();
}
