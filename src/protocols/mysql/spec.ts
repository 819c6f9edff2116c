/**
 * What is kept of a MySQL connection: executions, one mock each, and the set-up that is known from then on. No password,
 * no challenge and no answer to one is among it.
 *
 * Replies stand in the order in which the server sent them. Rows are kept as the packets they were, numbered from zero,
 * and turned into readable values only for the file (`yaml-write.ts`).
 */
import type { Word } from "../../lib/bytes/text.ts";
import type { Greeting } from "./greeting.ts";

/** Whose connection it is, and which database it is in. */
export interface Identity {
  readonly database: string;
  readonly user: string;
}

/** One column of a result or one parameter of a statement, as the server describes it. */
export interface Column {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  readonly originalTable: string;
  readonly name: string;
  readonly originalName: string;
  readonly charset: number;
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly decimals: number;
  /** MariaDB's description of types that MySQL does not have; null where there is none. */
  readonly extended: Uint8Array | null;
  /** In the answer to COM_FIELD_LIST alone. */
  readonly fallback: Word | null;
}

/** A bound value; its type is MySQL's number, 128 more where it is unsigned. */
export interface Parameter {
  readonly type: number;
  /** The name of a query attribute, else empty. */
  readonly name: string;
  readonly value: Word | null;
}

/** What an OK packet says. Numbers of 64 bits are text. */
export interface Done {
  readonly affected: string;
  readonly insertId: string;
  readonly status: number;
  readonly warnings: number;
  /** Null where the packet ends before it. */
  readonly info: string | null;
  /** What changed in the session, as the server wrote it. */
  readonly state: Uint8Array | null;
}

/** What ends columns where the client wants it. */
export interface End {
  readonly warnings: number;
  readonly status: number;
}

/** One thing the server sent. */
export type Reply =
  | ({ readonly reply: "ok" } & Done)
  | { readonly reply: "error"; readonly code: number; readonly state: string; readonly message: string }
  /** `end` is null where none was sent. */
  | { readonly reply: "columns"; readonly columns: readonly Column[]; readonly end: End | null }
  /** Columns that the client did not want: how many there are. */
  | { readonly reply: "hidden"; readonly count: number; readonly end: End | null }
  /** Whole packets. */
  | { readonly reply: "rows"; readonly rows: Uint8Array }
  | ({ readonly reply: "end" } & Done)
  /** The server asked for a file, and the client sent it. */
  | { readonly reply: "file"; readonly file: Word; readonly sent: Uint8Array }
  /** A packet that is only text, or one that is not written as servers write it. */
  | { readonly reply: "raw"; readonly payload: Word };

/** Whether values go as text or in binary: as a query or as a statement that was prepared. */
export type Encoding = "text" | "binary";

/** A query or an execution of a prepared statement, with everything that came of it. */
export interface Execution extends Identity {
  readonly type: "execution";
  readonly encoding: Encoding;
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  /** The rows stay at the server, to be fetched. */
  readonly isCursor: boolean;
  readonly replies: readonly Reply[];
}

/** The nth rows fetched of an execution with a cursor. */
export interface Fetch extends Identity {
  readonly type: "fetch";
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  readonly turn: number;
  readonly count: number;
  /** Those of the execution, to read the rows by. */
  readonly columns: readonly Column[];
  readonly replies: readonly Reply[];
}

/** What a server says about a statement when it prepares it, or why it does not. */
export interface Statement extends Identity {
  readonly type: "statement";
  readonly sql: string;
  /** The one that the server gave it; another in replay where that is taken. */
  readonly number: number;
  readonly parameters: readonly Column[];
  readonly columns: readonly Column[];
  readonly warnings: number;
  /** Ends after parameters and columns, where sent. */
  readonly ends: readonly End[];
  readonly error: Extract<Reply, { readonly reply: "error" }> | null;
}

/** Any other command: its name, what it names, and its answer. */
export interface Command extends Identity {
  readonly type: "command";
  readonly command: string;
  readonly argument: Word;
  readonly replies: readonly Reply[];
}

/** How a connection began. */
export interface SessionStart extends Identity {
  readonly type: "session";
  /** Null where the server refused before it greeted. */
  readonly greeting: Greeting | null;
  /** OK, or an error where the server refused. */
  readonly reply: Reply;
}

export type MysqlSpec = Execution | Fetch | Statement | Command | SessionStart;
