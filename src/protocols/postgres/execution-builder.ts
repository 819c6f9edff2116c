/**
 * Gathers one execution while its replies come. Rows stay as pieces of what was received and are joined once, so that
 * a large result costs its size and no more than its size again.
 */
import type { Exchange } from "../../core/exchange.ts";
import { joinBytes } from "../../lib/bytes/pieces.ts";
import type { Status } from "./backend.ts";
import { isUpkeep } from "./sql.ts";
import type { Column, CopySent, Execution, Push, Reply, ReplyOf, Stage } from "./spec.ts";
import type { Prepared } from "./statement-table.ts";
import { withFormats } from "./values.ts";

/** What is known when an execution begins. */
export interface Asked extends Pick<
  Execution,
  "form" | "database" | "user" | "sql" | "cursor" | "parameters" | "resultFormats"
> {
  readonly before: Status;
  readonly at: number;
}

type Rows =
  | { readonly reply: "rows"; readonly pieces: Uint8Array[] }
  | { readonly reply: "copyData"; readonly pieces: Uint8Array[] };
type CopyIn = Omit<ReplyOf<"copyIn">, "sent"> & { readonly sent: OpenCopy };
/** What is whole when it comes. */
export type PlainReply = Exclude<Reply, { reply: "rows" | "copyData" | "copyIn" }>;
type Open = PlainReply | Rows | CopyIn;
/** A copy from the client, filled while its data comes. */
export interface OpenCopy {
  readonly pieces: Uint8Array[];
  end: CopySent["end"];
  reason: string;
}

const QUERY_CANCELED = "57014";

/** One simple query, portal, refused statement or function call in the making. */
export class ExecutionBuilder {
  readonly asked: Asked;
  stage: Stage = "execute";
  /** The statement behind a portal, whose description may come later than its first use. */
  prepared: Prepared | null = null;
  endedAt: number;
  readonly pushes: Push[] = [];
  readonly #replies: Open[] = [];

  constructor(asked: Asked) {
    this.asked = asked;
    this.endedAt = asked.at;
  }

  get hasFailed(): boolean {
    return this.#replies.some((each) => each.reply === "error");
  }

  add(reply: PlainReply, at: number): void {
    this.#replies.push(reply);
    this.endedAt = at;
  }

  addRun(reply: Rows["reply"], bytes: Uint8Array, at: number): void {
    this.endedAt = at;
    const last = this.#replies.at(-1);
    if (last !== undefined && last.reply === reply) last.pieces.push(bytes);
    else this.#replies.push({ reply, pieces: [bytes] });
  }

  /** The data that the client copies in goes where it returns. */
  addCopyIn(format: number, formats: readonly number[]): OpenCopy {
    const sent: OpenCopy = { pieces: [], end: "cut", reason: "" };
    this.#replies.push({ reply: "copyIn", format, formats, sent });
    return sent;
  }

  /** Where a notice or a notification came before the answer that it belongs to. */
  addFirst(replies: readonly PlainReply[]): void {
    this.#replies.unshift(...replies);
  }

  /** What Describe says of the portal holds for its statement; only the formats are the portal's own. */
  described(columns: readonly Column[] | null): void {
    if (this.prepared === null) return;
    this.prepared.columns = columns?.map((column) => ({ ...column, format: 0 })) ?? null;
  }

  finish(after: Status): Exchange<Execution> {
    const { at, before, ...asked } = this.asked;
    const replies = this.#replies.map(close);
    const columns = this.prepared?.columns ?? null;
    if (columns !== null) replies.unshift({ reply: "columns", columns: withFormats(columns, asked.resultFormats) });
    const spec: Execution = {
      type: "execution",
      ...asked,
      stage: this.stage,
      replies,
      transaction: { before, after },
      pushes: [...this.pushes],
      ...(replies.some(isCancelled) ? { cancelledAfterMs: Math.ceil(this.endedAt - at) } : {}),
    };
    return { spec, startedAt: at, endedAt: this.endedAt, reuse: this.#repeats() ? "repeat" : "once" };
  }

  /** A failed transaction refuses everything, as often as it is asked. */
  #repeats(): boolean {
    if (this.asked.before === "E" && this.hasFailed) return true;
    if (this.hasFailed) return false;
    if (this.stage === "parse") return true;
    return this.asked.form !== "call" && isUpkeep(this.asked.sql);
  }
}

/** By a request of the client: limits that the server keeps itself are told from it by the message alone. */
function isCancelled(reply: Reply): boolean {
  if (reply.reply !== "error") return false;
  const fields = new Map(reply.fields);
  return fields.get("C") === QUERY_CANCELED && !fields.get("M")?.includes("statement timeout");
}

function close(open: Open): Reply {
  switch (open.reply) {
    case "rows":
    case "copyData":
      return { reply: open.reply, rows: joinBytes(open.pieces) };
    case "copyIn": {
      const { pieces, end, reason } = open.sent;
      return { ...open, sent: { data: end === "cut" ? new Uint8Array(0) : joinBytes(pieces), end, reason } };
    }
    default:
      return open;
  }
}
