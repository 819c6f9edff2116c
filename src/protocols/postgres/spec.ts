/**
 * What is kept of a PostgreSQL connection: executions (one mock each), and the set-up that is known from then on.
 *
 * Replies stand in the order in which the server sent them, so that nothing is lost by grouping; data rows are kept as
 * the wire bytes they were, and turned into readable values only for the file (`yaml-write.ts`).
 */
import type { Field, Status } from "./backend.ts";

/** Whose connection it is; part of every spec. */
export interface Identity {
  readonly database: string;
  readonly user: string;
}

/** One column of a result, as RowDescription names it; `format` is 0 for text and 1 for binary. */
export interface Column {
  readonly name: string;
  readonly table: number;
  readonly attribute: number;
  readonly type: number;
  readonly size: number;
  readonly modifier: number;
  readonly format: number;
}

/** A bound value: typed text, null, or the bytes that no text stands for exactly. */
export type Value = string | null | Uint8Array;

export interface Parameter {
  /** The OID of its type, 0 where neither side has said. */
  readonly type: number;
  readonly value: Value;
}

/** What the client copied in. */
export interface CopySent {
  /** The whole data, borders between messages left out; empty where the server cut it off. */
  readonly data: Uint8Array;
  /** `cut`: the server ended it with an error before the client was done. */
  readonly end: "done" | "failed" | "cut";
  /** Why the client gave up, else empty. */
  readonly reason: string;
}

/** One thing the server sent. */
export type Reply =
  | { readonly reply: "columns"; readonly columns: readonly Column[] }
  /** Whole DataRow messages, headers included. */
  | { readonly reply: "rows"; readonly rows: Uint8Array }
  | { readonly reply: "tag"; readonly tag: string }
  | { readonly reply: "empty" }
  | { readonly reply: "suspended" }
  | { readonly reply: "copyDone" }
  | { readonly reply: "error"; readonly fields: readonly Field[] }
  | { readonly reply: "notice"; readonly fields: readonly Field[] }
  | { readonly reply: "notification"; readonly process: number; readonly channel: string; readonly payload: string }
  | { readonly reply: "parameter"; readonly name: string; readonly value: string }
  | { readonly reply: "copyIn"; readonly format: number; readonly formats: readonly number[]; readonly sent: CopySent }
  | { readonly reply: "copyOut"; readonly format: number; readonly formats: readonly number[] }
  /** Whole CopyData messages, headers included. */
  | { readonly reply: "copyData"; readonly rows: Uint8Array }
  | { readonly reply: "function"; readonly value: Uint8Array | null };

/** Something the server said of itself, so long after the exchange before it. */
export interface Push {
  readonly afterMs: number;
  readonly reply: Reply;
}

/** Where in the extended protocol the replies begin; `parse` and `describe` are always errors. */
export type Stage = "parse" | "bind" | "describe" | "execute";

/** One simple query, one portal, one refused statement or one function call, with everything that came of it. */
export interface Execution {
  readonly type: "execution";
  readonly form: "simple" | "extended" | "call";
  readonly stage: Stage;
  readonly database: string;
  readonly user: string;
  readonly sql: string;
  /** The query of the SQL cursor that a FETCH, MOVE or CLOSE names, else null. */
  readonly cursor: string | null;
  readonly parameters: readonly Parameter[];
  /** The result formats that Bind asked for; in a simple query the server chooses. */
  readonly resultFormats: readonly number[];
  /** The first is always the columns where they are known, though an extended query sends them on Describe alone. */
  readonly replies: readonly Reply[];
  /** The status before the round, and the one that ReadyForQuery gave after it. */
  readonly transaction: { readonly before: Status; readonly after: Status };
  readonly pushes: readonly Push[];
  /** How long a query ran that was cancelled: a client that gave up by its own clock must do so again. */
  readonly cancelledAfterMs?: number;
}

/** What a server says about a statement when asked to describe it. */
export interface Statement {
  readonly type: "statement";
  readonly database: string;
  readonly user: string;
  readonly sql: string;
  /** The OIDs that Parse declared, 0 for those left open. */
  readonly declared: readonly number[];
  readonly parameters: readonly number[];
  /** Null where the statement returns no rows. */
  readonly columns: readonly Column[] | null;
}

/** How a connection began; without a user it is one whose client left because TLS was refused. */
export interface SessionStart {
  readonly type: "session";
  readonly database: string;
  readonly user: string;
  /** The minor version of protocol 3 that both agreed on. */
  readonly minor: number;
  /** What the client asked for beside user and database: `application_name` and the like. */
  readonly options: readonly (readonly [string, string])[];
  /** What the server answered to SSLRequest and GSSENCRequest, `none` where it was not asked. */
  readonly encryption: "none" | "refused" | "tls";
  /** As seen: `trust`, `password`, `md5`, `scram-sha-256`, `scram-sha-256-plus`, `gss`, `sspi` or a number. */
  readonly authentication: string;
  /** ParameterStatus and notices, in order; an error last where the server refused. */
  readonly replies: readonly Reply[];
}

export type PostgresSpec = Execution | Statement | SessionStart;

/** The replies of these names. */
export type ReplyOf<Name extends Reply["reply"]> = Extract<Reply, { readonly reply: Name }>;
