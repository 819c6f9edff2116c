/**
 * Takes the packets that answer one command and tells when the answer is whole. Counterpart: `reply-bytes.ts`, which
 * writes them again. A packet that would not be written as it came is kept raw.
 */
import { FormatError } from "../../core/errors.ts";
import { equalBytes, joinBytes } from "../../lib/bytes/pieces.ts";
import { wordOf } from "../../lib/bytes/text.ts";
import { PayloadReader } from "./payload-reader.ts";
import { Can, type Form } from "./capabilities.ts";
import { decodeColumn } from "./columns.ts";
import type { Answer } from "./commands.ts";
import { decodeDone, decodeEnd, decodeError, encodeDone, encodeEnd, Head, PLAIN_DONE, Status } from "./endings.ts";
import { PacketRun } from "./packets.ts";
import type { Column, End, Reply } from "./spec.ts";

/** `file`: the client's file comes first. */
export type Progress = "more" | "file" | "done";

/** MariaDB tells how far a long command is. */
const PROGRESS_REPORT = 0xffff;
const EOF_MOST = 9;
const SINGLE_MOST = 0xffffff;
const HIDDEN_HEAD = 7;

export class ReplyBuilder {
  readonly replies: Reply[] = [];
  readonly #answer: Answer;
  readonly #form: Form;
  /** Columns that the client knows already. */
  readonly #known: readonly Column[];
  #state: "head" | "columns" | "columns end" | "rows" | "file";
  #awaited = 0;
  #columns: Column[] = [];
  #isHidden = false;
  readonly #rows = new PacketRun();
  #file: { readonly name: Uint8Array; readonly pieces: Uint8Array[] } | null = null;

  constructor(answer: Answer, form: Form, known: readonly Column[] = []) {
    this.#answer = answer;
    this.#form = form;
    this.#known = known;
    this.#state = answer === "rows" ? "rows" : answer === "fields" ? "columns" : "head";
    this.#awaited = answer === "fields" ? Infinity : 0;
  }

  get isFileAwaited(): boolean {
    return this.#state === "file";
  }

  take(payload: Uint8Array): Progress {
    if (payload[0] === Head.Error && this.#state !== "file") return this.#error(payload);
    switch (this.#state) {
      case "head":
        return this.#head(payload);
      case "columns":
        return this.#column(payload);
      case "columns end":
        this.#finishColumns(decodeEnd(payload));
        return this.#isCursorOpen(decodeEnd(payload)) ? "done" : "more";
      case "rows":
        return this.#row(payload);
      case "file":
        throw new FormatError("format.bytes", "the server answers before it has the file", "0");
    }
  }

  /** A piece of the client's file; the empty one is its end. */
  file(payload: Uint8Array): void {
    if (this.#file === null) return;
    if (payload.length > 0) return void this.#file.pieces.push(payload.slice());
    this.replies.push({ reply: "file", file: wordOf(this.#file.name), sent: joinBytes(this.#file.pieces) });
    this.#file = null;
    this.#state = "head";
  }

  #error(payload: Uint8Array): Progress {
    const error = decodeError(payload);
    if (error.code === PROGRESS_REPORT) return "more";
    this.#finishRows();
    this.replies.push(error);
    return "done";
  }

  #head(payload: Uint8Array): Progress {
    if (this.#answer === "text") {
      this.replies.push({ reply: "raw", payload: wordOf(payload) });
      return "done";
    }
    if (payload[0] === Head.Ok && payload.length >= HIDDEN_HEAD) return this.#done(payload, "ok");
    // COM_DEBUG and COM_SET_OPTION end with an EOF.
    if (payload[0] === Head.End && payload.length < EOF_MOST) return this.#done(payload, "end");
    if (this.#answer !== "result") throw new FormatError("format.bytes", "no packet that answers this command", "0");
    if (payload[0] === Head.File) {
      this.#file = { name: payload.slice(1), pieces: [] };
      this.#state = "file";
      return "file";
    }
    return this.#resultHead(payload);
  }

  #resultHead(payload: Uint8Array): Progress {
    const reader = new PayloadReader(payload);
    const isFirst = this.#form.can(Can.OptionalMetadata);
    let isSent = isFirst ? reader.byte() === 1 : true;
    const count = Number(reader.count());
    if (this.#form.can(Can.CacheMetadata) && reader.left > 0) isSent = reader.byte() === 1;
    this.#columns = [];
    this.#awaited = count;
    if (isSent && count > 0) {
      this.#state = "columns";
      return "more";
    }
    this.#isHidden = isFirst;
    if (!isFirst) this.#columns = [...this.#known];
    // Where MariaDB leaves the columns out it leaves out their end only as far as all clients agreed to that.
    if (this.#form.can(Can.DeprecateEof)) this.#finishColumns(null);
    else this.#state = "columns end";
    return "more";
  }

  #column(payload: Uint8Array): Progress {
    if (this.#answer === "fields" && payload[0] === Head.End && payload.length < EOF_MOST) {
      this.replies.push({ reply: "columns", columns: this.#columns, end: null });
      return this.#done(payload, "end");
    }
    this.#columns.push(decodeColumn(payload, this.#form));
    if (this.#columns.length < this.#awaited) return "more";
    if (this.#form.can(Can.DeprecateEof)) this.#finishColumns(null);
    else this.#state = "columns end";
    return "more";
  }

  #finishColumns(end: End | null): void {
    const columns = this.#columns;
    this.replies.push(this.#isHidden ? { reply: "hidden", count: this.#awaited, end } : { reply: "columns", columns, end }); // prettier-ignore
    this.#isHidden = false;
    this.#state = "rows";
  }

  #isCursorOpen({ status }: End): boolean {
    return (status & Status.Cursor) !== 0 && (status & Status.LastRow) === 0;
  }

  #row(payload: Uint8Array): Progress {
    const most = this.#form.can(Can.DeprecateEof) ? SINGLE_MOST : EOF_MOST;
    if (payload[0] === Head.End && payload.length < most) return this.#done(payload, "end");
    this.#rows.add(payload);
    return "more";
  }

  #done(payload: Uint8Array, reply: "ok" | "end"): Progress {
    this.#finishRows();
    const isShort = reply === "end" && payload.length < HIDDEN_HEAD;
    const done = isShort ? { ...PLAIN_DONE, ...decodeEnd(payload) } : decodeDone(payload, this.#form);
    const again = isShort ? encodeEnd(done) : encodeDone(done, this.#form, payload[0]);
    const isPlain = equalBytes(again, payload);
    this.replies.push(isPlain ? { reply, ...done } : { reply: "raw", payload: wordOf(payload) });
    this.#state = "head";
    return (done.status & Status.MoreResults) === 0 ? "done" : "more";
  }

  #finishRows(): void {
    if (!this.#rows.isEmpty) this.replies.push({ reply: "rows", rows: this.#rows.take() });
  }
}
