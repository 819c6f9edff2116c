/**
 * What is known of one connection between its commands: who it is, which database it is in, how answers are written, and
 * its prepared statements. Both sessions turn a client's packet into a request here, and tell what came of it.
 */
import { bytesOf, decodeText, wordOf } from "../../lib/bytes/text.ts";
import { PayloadReader } from "./payload-reader.ts";
import { Can, type Form } from "./capabilities.ts";
import { type Answer, answerTo, Com, nameOf } from "./commands.ts";
import { decodeChangeUser, type Hello } from "./greeting.ts";
import { readParameters } from "./parameters.ts";
import type { Column, Command, Execution, Fetch, Identity, Reply, Statement } from "./spec.ts";
import { databaseOf } from "./session-state.ts";
import { usedDatabase } from "./sql.ts";
import { type Prepared, StatementTable } from "./statements.ts";

/** A command, and what it asks for; null where it is none that is kept, or names a statement that nobody prepared. */
export interface Request {
  readonly command: number;
  readonly answer: Answer;
  readonly spec: Execution | Fetch | Statement | Command | null;
  /** The statement that it is about. */
  readonly statement: Prepared | undefined;
  /** Whom the connection is to belong to. */
  readonly hello: Hello | null;
}

export class Connection {
  readonly form: Form;
  readonly statements = new StatementTable();
  #identity: Identity;

  constructor(form: Form, { database, user }: Identity) {
    this.form = form;
    this.#identity = { database, user };
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** Reads a command; what has no answer takes effect at once. */
  ask(payload: Uint8Array): Request {
    const reader = new PayloadReader(payload);
    const command = reader.byte();
    const request = { command, answer: answerTo(command), spec: null, statement: undefined, hello: null };
    switch (command) {
      case Com.Query:
        return { ...request, spec: this.#query(reader) };
      case Com.Prepare:
        return { ...request, spec: this.#prepare(reader) };
      case Com.Execute:
      case Com.BulkExecute:
        return { ...request, ...this.#execute(reader, command) };
      case Com.Fetch:
        return { ...request, ...this.#fetch(reader) };
      case Com.LongData:
        this.statements.longData(reader);
        return request;
      case Com.Close:
        this.statements.close(reader);
        return request;
      case Com.Quit:
        return request;
      case Com.Reset:
        return { ...request, spec: this.#command(command, new Uint8Array(0)), statement: this.#reset(reader) };
      case Com.ChangeUser: {
        const hello = decodeChangeUser(reader, this.form.bits);
        return { ...request, hello, spec: { ...this.#command(command, bytesOf(hello.database)), user: hello.user } };
      }
      default:
        return { ...request, spec: this.#command(command, reader.rest()) };
    }
  }

  /** The answer is there: later requests belong to what it changed. */
  answered({ command, spec, statement, hello }: Request, replies: readonly Reply[]): void {
    const isRefused = replies.some(({ reply }) => reply === "error");
    if (spec?.type === "execution" && statement !== undefined) {
      const columns = replies.flatMap((each) => (each.reply === "columns" ? each.columns : []));
      if (columns.length > 0) statement.columns = columns;
      statement.cursor = spec.isCursor ? { parameters: spec.parameters, columns, turn: 0 } : null;
    }
    if (spec?.type === "fetch" && statement?.cursor) statement.cursor.turn++;
    if (isRefused) return;
    if (spec?.type === "execution") this.#enter(usedDatabase(spec.sql));
    if (command === Com.InitDb && spec?.type === "command") this.#enter(decodeText(bytesOf(spec.argument)));
    if (command === Com.ChangeUser || command === Com.ResetConnection) this.statements.clear();
    if (hello !== null) this.#identity = { database: hello.database, user: hello.user };
    for (const each of replies) {
      if ((each.reply === "ok" || each.reply === "end") && each.state !== null) this.#enter(databaseOf(each.state));
    }
  }

  #enter(database: string | undefined): void {
    if (database !== undefined) this.#identity = { ...this.#identity, database };
  }

  #query(reader: PayloadReader): Execution {
    let parameters: Execution["parameters"] = [];
    if (this.form.can(Can.QueryAttributes)) {
      const count = Number(reader.count());
      reader.count();
      const block = { count, hasNames: true, known: [], ahead: new Map<number, Uint8Array>() };
      if (count > 0) parameters = readParameters(reader, block);
    }
    const sql = decodeText(reader.rest());
    return { type: "execution", encoding: "text", ...this.#identity, sql, parameters, isCursor: false, replies: [] };
  }

  #prepare(reader: PayloadReader): Statement {
    const sql = decodeText(reader.rest());
    const columns: Column[] = [];
    return {
      type: "statement",
      ...this.#identity,
      sql,
      number: 0,
      parameters: [],
      columns,
      warnings: 0,
      ends: [],
      error: null,
    };
  }

  #execute(reader: PayloadReader, command: number): Pick<Request, "spec" | "statement"> {
    const executed = this.statements.execute(reader, command, this.form);
    if (executed === null) return { spec: null, statement: undefined };
    const { statement, parameters, isCursor } = executed;
    const { sql } = statement;
    const spec = { type: "execution", encoding: "binary", ...this.#identity, sql, parameters, isCursor, replies: [] } as const; // prettier-ignore
    return { spec, statement };
  }

  #fetch(reader: PayloadReader): Pick<Request, "spec" | "statement"> {
    const statement = this.statements.get(reader.uint32());
    const cursor = statement?.cursor ?? null;
    if (statement === undefined || cursor === null) return { spec: null, statement };
    const { parameters, columns, turn } = cursor;
    const { sql } = statement;
    const spec = { type: "fetch", ...this.#identity, sql, parameters, turn, count: reader.uint32(), columns, replies: [] } as const; // prettier-ignore
    return { spec, statement };
  }

  #reset(reader: PayloadReader): Prepared | undefined {
    const number = reader.uint32();
    this.statements.reset(number);
    return this.statements.get(number);
  }

  #command(command: number, argument: Uint8Array): Command {
    return { type: "command", ...this.#identity, command: nameOf(command), argument: wordOf(argument), replies: [] };
  }
}
