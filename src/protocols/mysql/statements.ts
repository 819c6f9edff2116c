/**
 * The prepared statements of one connection: what each number stands for, what was sent ahead for its next execution, and
 * what of it waits to be fetched. Kept alike in recording and in replay.
 */
import { FormatError } from "../../core/errors.ts";
import { joinBytes } from "../../lib/bytes/pieces.ts";
import { wordOf } from "../../lib/bytes/text.ts";
import { PayloadReader } from "./payload-reader.ts";
import { Can, type Form } from "./capabilities.ts";
import { Com } from "./commands.ts";
import { type Bound, readParameters, readRows } from "./parameters.ts";
import type { Column, Parameter } from "./spec.ts";
import { BULK } from "./types.ts";

/** MariaDB's name for the statement that was prepared last. */
const LAST = 0xffffffff;
const CURSOR_FLAGS = 0x07;
const HAS_COUNT = 0x08;
const AHEAD_MOST = 1 << 16;

/** One prepared statement. */
export interface Prepared {
  readonly sql: string;
  readonly parameterCount: number;
  /** As the client knows them: those of PREPARE, or of the last execution. */
  columns: readonly Column[];
  readonly ahead: Map<number, Uint8Array[]>;
  bound: readonly Bound[];
  cursor: { readonly parameters: readonly Parameter[]; readonly columns: readonly Column[]; turn: number } | null;
}

export interface Executed {
  readonly statement: Prepared;
  readonly parameters: readonly Parameter[];
  readonly isCursor: boolean;
}

export class StatementTable {
  readonly #byNumber = new Map<number, Prepared>();
  #last: number | null = null;

  add(number: number, sql: string, parameterCount: number, columns: readonly Column[]): void {
    this.#last = number;
    this.#byNumber.set(number, { sql, parameterCount, columns, ahead: new Map(), bound: [], cursor: null });
  }

  /** That number, or the next one that no statement has. */
  free(wanted: number): number {
    let number = wanted;
    while (this.#byNumber.has(number)) number++;
    return number;
  }

  get(number: number): Prepared | undefined {
    return this.#byNumber.get(number === LAST ? (this.#last ?? number) : number);
  }

  /** The server refused to prepare one. */
  fail(): void {
    this.#last = null;
  }

  clear(): void {
    this.#byNumber.clear();
    this.#last = null;
  }

  /** COM_STMT_CLOSE, without its first byte as all that follow. */
  close(reader: PayloadReader): void {
    this.#byNumber.delete(reader.uint32());
  }

  reset(number: number): void {
    const statement = this.get(number);
    if (statement === undefined) return;
    statement.ahead.clear();
    statement.cursor = null;
  }

  longData(reader: PayloadReader): void {
    const statement = this.get(reader.uint32());
    const index = reader.uint16();
    if (statement === undefined || index >= AHEAD_MOST) return;
    const pieces = statement.ahead.get(index) ?? [];
    pieces.push(reader.rest().slice());
    statement.ahead.set(index, pieces);
  }

  /** Null for a statement that is not known. */
  execute(reader: PayloadReader, command: number, form: Form): Executed | null {
    const statement = this.get(reader.uint32());
    if (statement === undefined) return null;
    const sent = new Map([...statement.ahead].map(([index, pieces]) => [index, joinBytes(pieces)]));
    statement.ahead.clear();
    statement.cursor = null;
    if (command === Com.BulkExecute)
      return { statement, parameters: bulkOf(statement, reader.rest()), isCursor: false };
    const flags = reader.byte();
    reader.uint32();
    const hasNames = form.can(Can.QueryAttributes);
    const isCounted = hasNames && (flags & HAS_COUNT) !== 0 && reader.left > 0;
    const count = isCounted ? Number(reader.count()) : statement.parameterCount;
    const block = { count, hasNames, known: statement.bound, ahead: sent };
    const parameters = count === 0 ? [] : readParameters(reader, block);
    statement.bound = parameters.map(({ type, name }) => ({ type, name }));
    return { statement, parameters, isCursor: (flags & CURSOR_FLAGS) !== 0 };
  }
}

/** All rows, or as they were sent where they are written as nobody knows. */
function bulkOf(statement: Prepared, bytes: Uint8Array): Parameter[] {
  const opaque = [{ type: BULK, name: "", value: wordOf(bytes) }];
  try {
    const { parameterCount: count, bound: known } = statement;
    const rows = readRows(new PayloadReader(bytes), { count, known });
    if (rows === null) return opaque;
    statement.bound = rows.slice(1, count + 1).map(({ type }) => ({ type, name: "" }));
    return rows;
  } catch (error) {
    if (error instanceof FormatError) return opaque;
    throw error;
  }
}
