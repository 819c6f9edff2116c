/**
 * Plays a recorded execution to a client, as many rows at a time as it asks for and in the formats that it asks for.
 *
 * Where it asks as the recording did, the recorded bytes are sent untouched. Else rows are counted anew and values are
 * re-encoded; what cannot be, and rows that the recording did not fetch, are said to be missing, never made up.
 */
import { columnsOf } from "./answers.ts";
import { decodeRows, encodeRows, messagesOf, type Row } from "./data-row.ts";
import { replyBytes } from "./reply-bytes.ts";
import type { Column, Execution, Reply } from "./spec.ts";
import { encodeBack } from "./backend.ts";
import { formatAt, reformat } from "./values.ts";

const COUNTED_TAG = /^(SELECT|FETCH|MOVE) (\d+)$/;

/** How one Execute ended: with the portal's last answer, for the time being, or with what is missing. */
export type Played =
  | { readonly ended: "complete" | "suspended" }
  | { readonly ended: "failed"; readonly reply: Reply }
  | { readonly ended: "missing"; readonly because: string };

/** Where sent bytes go. */
export type Send = (bytes: Uint8Array) => void;

export class PortalPlayer {
  readonly spec: Execution;
  readonly #formats: readonly number[];
  readonly #columns: readonly Column[] | undefined;
  readonly #isRaw: boolean;
  /** Rows are counted only where limits may fall otherwise than recorded. */
  #counts: boolean;
  #index = 0;
  #rowsFrom = 0;
  #recordedRows = 0;

  constructor(spec: Execution, formats: readonly number[]) {
    this.spec = spec;
    this.#formats = formats;
    this.#columns = columnsOf(spec);
    this.#isRaw = sameFormats(spec, this.#columns, formats);
    this.#counts = spec.replies.some((each) => each.reply === "suspended");
  }

  /** The columns as the client has asked for them. */
  get columns(): Column[] | undefined {
    return this.#columns?.map((column, index) => ({ ...column, format: formatAt(this.#formats, index) }));
  }

  /** Sends up to `limit` rows, all of them for 0. */
  execute(limit: number, send: Send): Played {
    if (limit > 0) this.#counts = true;
    let count = 0;
    for (;;) {
      const reply = this.spec.replies[this.#index];
      if (limit > 0 && count >= limit) {
        if (reply?.reply === "suspended") this.#mark();
        send(encodeBack({ message: "suspended" }));
        return { ended: "suspended" };
      }
      if (reply === undefined) {
        return { ended: "missing", because: "the recording fetched no more rows of this result" };
      }
      if (reply.reply === "rows") {
        const rows = this.#rows(reply.rows, limit === 0 ? Number.POSITIVE_INFINITY : limit - count, send);
        if (typeof rows === "string") return { ended: "missing", because: rows };
        count += rows;
        continue;
      }
      if (reply.reply === "suspended") {
        this.#mark();
        continue;
      }
      this.#index++;
      if (reply.reply === "columns") continue;
      send(
        reply.reply === "tag" ? encodeBack({ message: "tag", tag: this.#tag(reply.tag, count) }) : replyBytes(reply),
      );
      if (reply.reply === "error") return { ended: "failed", reply };
      if (reply.reply === "tag" || reply.reply === "empty") return { ended: "complete" };
    }
  }

  /** Notifications and the like that came behind the last answer; the server says them when the round ends. */
  takeTrailing(): readonly Reply[] {
    const trailing = this.spec.replies.slice(this.#index);
    this.#index = this.spec.replies.length;
    return trailing;
  }

  #mark(): void {
    this.#index++;
    this.#recordedRows = 0;
  }

  /** How many were sent, or why they cannot be. */
  #rows(rows: Uint8Array, most: number, send: Send): number | string {
    const left = this.#rowsFrom === 0 ? rows : rows.subarray(this.#rowsFrom);
    if (!this.#counts && this.#isRaw) {
      send(left);
      this.#index++;
      return 0;
    }
    let [length, count] = [0, 0];
    for (const message of messagesOf(left)) {
      if (count >= most) break;
      length += message.length;
      count++;
    }
    const part = left.subarray(0, length);
    const bytes = this.#isRaw ? part : this.#reformatted(part);
    if (typeof bytes === "string") return bytes;
    send(bytes);
    this.#recordedRows += count;
    this.#rowsFrom = this.#rowsFrom + length === rows.length ? 0 : this.#rowsFrom + length;
    if (this.#rowsFrom === 0) this.#index++;
    return count;
  }

  #reformatted(run: Uint8Array): Uint8Array | string {
    const columns = this.#columns;
    if (columns === undefined) return "its columns are not known, so their values cannot be given in another format";
    const rows: Row[] = [];
    for (const row of decodeRows(run)) {
      const values: (Uint8Array | null)[] = [];
      for (const [index, value] of row.entries()) {
        const column = columns[index];
        const format = formatAt(this.#formats, index);
        const other = value === null || column === undefined ? value : reformat(value, column, format);
        if (other === undefined) return notConvertible(column, format);
        values.push(other);
      }
      rows.push(values);
    }
    return encodeRows(rows);
  }

  /** The count in a tag is of one Execute; it changes where the rows were asked for in other portions. */
  #tag(tag: string, count: number): string {
    const match = this.#counts ? COUNTED_TAG.exec(tag) : null;
    if (match === null || Number(match[2]) !== this.#recordedRows) return tag;
    return `${match[1] ?? ""} ${count}`;
  }
}

function notConvertible(column: Column | undefined, format: number): string {
  const names = ["text", "binary"] as const;
  const [was, is] = [names[column?.format ?? 0] ?? "another format", names[format] ?? `format ${format}`];
  return `column ${column?.name ?? "?"} of type ${column?.type ?? 0} was recorded in ${was} and is asked for in ${is}`;
}

function sameFormats(spec: Execution, columns: readonly Column[] | undefined, formats: readonly number[]): boolean {
  if (columns !== undefined) return columns.every((column, index) => column.format === formatAt(formats, index));
  const most = Math.max(spec.resultFormats.length, formats.length, 1);
  for (let index = 0; index < most; index++) {
    if (formatAt(spec.resultFormats, index) !== formatAt(formats, index)) return false;
  }
  return true;
}
