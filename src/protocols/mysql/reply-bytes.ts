/**
 * Writes recorded answers as a client with these capabilities reads them. Counterpart of `reply-builder.ts` and
 * `statement-builder.ts`.
 */
import { bytesOf } from "../../lib/bytes/text.ts";
import { PayloadWriter } from "./payload-writer.ts";
import { Can, type Form } from "./capabilities.ts";
import { encodeColumn } from "./columns.ts";
import { encodeDone, encodeEnd, encodeError, Head, Status } from "./endings.ts";
import { packets, renumbered } from "./packets.ts";
import type { Column, End, Reply, Statement } from "./spec.ts";

const NO_END: End = { warnings: 0, status: Status.Autocommit };

/** Numbers the packets of one exchange. */
export class PacketWriter {
  readonly pieces: Uint8Array[] = [];
  #sequence: number;

  /** `asked`: the number of the last packet of what is answered. */
  constructor(asked: number) {
    this.#sequence = asked + 1;
  }

  packet(payload: Uint8Array): void {
    const bytes = packets(payload, this.#sequence);
    this.pieces.push(bytes);
    this.#sequence += 1 + Math.floor(payload.length / 0xffffff);
  }

  run(rows: Uint8Array): void {
    const { bytes, count } = renumbered(rows, this.#sequence);
    this.pieces.push(bytes);
    this.#sequence += count;
  }
}

export interface Writing {
  readonly form: Form;
  /** The columns that the client knows from before, so that they may be left out. */
  readonly known: readonly Column[];
  /** The answer to COM_FIELD_LIST. */
  readonly isListed: boolean;
}

/** Writes all of them, in order. */
export function writeReplies(writer: PacketWriter, replies: readonly Reply[], writing: Writing): void {
  for (const each of replies) writeReply(writer, each, writing);
}

function writeReply(writer: PacketWriter, each: Reply, writing: Writing): void {
  const { form } = writing;
  switch (each.reply) {
    case "ok":
      return writer.packet(encodeDone(each, form));
    case "error":
      return writer.packet(encodeError(each));
    case "columns":
      return writing.isListed ? writeList(writer, each.columns, form) : writeColumns(writer, each, writing);
    case "hidden":
      return writeHidden(writer, each, form);
    case "rows":
      return writer.run(each.rows);
    case "end":
      return writer.packet(form.can(Can.DeprecateEof) ? encodeDone(each, form, Head.End) : encodeEnd(each));
    case "file":
      return writer.packet(fileRequest(each.file));
    case "raw":
      return writer.packet(bytesOf(each.payload));
  }
}

/** The packet by which a server asks for a file. */
export function fileRequest(file: Extract<Reply, { reply: "file" }>["file"]): Uint8Array {
  return new PayloadWriter().byte(Head.File).raw(bytesOf(file)).finish();
}

function writeList(writer: PacketWriter, columns: readonly Column[], form: Form): void {
  for (const column of columns) writer.packet(encodeColumn(column, form, true));
}

function writeColumns(
  writer: PacketWriter,
  { columns, end }: Extract<Reply, { reply: "columns" }>,
  writing: Writing,
): void {
  const { form, known } = writing;
  const isCached = form.can(Can.CacheMetadata) && isSame(columns, known);
  const head = new PayloadWriter();
  if (form.can(Can.OptionalMetadata)) head.byte(1);
  head.count(columns.length);
  if (form.can(Can.CacheMetadata)) head.byte(isCached ? 0 : 1);
  writer.packet(head.finish());
  if (!isCached) for (const column of columns) writer.packet(encodeColumn(column, form));
  if (!form.can(Can.DeprecateEof)) writer.packet(encodeEnd(end ?? NO_END));
}

function writeHidden(writer: PacketWriter, { count, end }: Extract<Reply, { reply: "hidden" }>, form: Form): void {
  const head = new PayloadWriter();
  if (form.can(Can.OptionalMetadata)) head.byte(0);
  writer.packet(head.count(count).finish());
  if (!form.can(Can.DeprecateEof)) writer.packet(encodeEnd(end ?? NO_END));
}

/** The answer to COM_STMT_PREPARE, under that number. */
export function writeStatement(writer: PacketWriter, spec: Statement, number: number, form: Form): void {
  const { parameters, columns, warnings, ends, error } = spec;
  if (error !== null) return writer.packet(encodeError(error));
  const head = new PayloadWriter().byte(Head.Ok).int32(number).int16(columns.length).int16(parameters.length);
  head.byte(0).int16(warnings);
  if (form.can(Can.OptionalMetadata)) head.byte(1);
  writer.packet(head.finish());
  const due = [parameters, columns].filter((list) => list.length > 0);
  for (const [index, list] of due.entries()) {
    for (const column of list) writer.packet(encodeColumn(column, form));
    if (!form.can(Can.DeprecateEof)) writer.packet(encodeEnd(ends[index] ?? NO_END));
  }
}

const isSame = (one: readonly Column[], other: readonly Column[]): boolean =>
  one.length > 0 && one.length === other.length && fingerprintOf(one) === fingerprintOf(other);

/** The same text for what is the same. */
export function fingerprintOf(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member instanceof Uint8Array ? Buffer.from(member).toString("base64") : member,
  );
}
