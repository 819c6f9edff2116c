/**
 * One open connection as recording sees it: the client's messages wait in a queue, and each of the server's is the answer
 * to the one at its head. A round ends with ReadyForQuery; only then are its executions handed out, with the state of
 * the transaction before and after.
 */
import type { Exchange } from "../../core/exchange.ts";
import { type Asking, dueOf, endsRound, isUnanswered, outOfStep, takeCopied } from "./asking.ts";
import type { BackMessage, Status } from "./backend.ts";
import { ExecutionBuilder, type OpenCopy } from "./execution-builder.ts";
import type { BindMessage, CallMessage } from "./frontend.ts";
import { canonicalSql, declaredCursor, usedCursor } from "./sql.ts";
import type { Column, Execution, Identity, Parameter, PostgresSpec, ReplyOf, Stage, Statement } from "./spec.ts";
import { cursorStatement, StatementTable } from "./statement-table.ts";
import { endsConnection } from "./reply-bytes.ts";
import { boundValues } from "./values.ts";

type Aside = ReplyOf<"notice" | "notification" | "parameter">;

export class RecordRound {
  readonly #identity: Identity;
  readonly #queue: Asking[] = [];
  readonly #table = new StatementTable<ExecutionBuilder>();
  readonly #finished: Exchange<PostgresSpec>[] = [];
  readonly #told = new Map<string, string>();
  readonly #refusals = new Set<string>();
  #status: Status;
  #done: ExecutionBuilder[] = [];
  #builder: ExecutionBuilder | null = null;
  #copy: OpenCopy | null = null;
  #early: Aside[] = [];
  #parameterTypes: readonly number[] | null = null;
  #skipping = false;
  #listening = false;
  /** The last round of a listening connection, kept for what the server says after it. */
  #held: ExecutionBuilder[] = [];
  #heldStatus: Status = "I";
  /** After a gap, what is not known for sure is not recorded. */
  #hasGap = false;
  isPipelined = false;
  /** An error that ended the connection before the client asked again; its next question finds it. */
  lastWord: ReplyOf<"error"> | null = null;

  constructor(identity: Identity, status: Status) {
    this.#identity = identity;
    this.#status = status;
  }

  /** Exchanges that are complete; they are handed out once. */
  take(): Exchange<PostgresSpec>[] {
    return this.#finished.splice(0);
  }

  get isWaiting(): boolean {
    return this.#head() !== undefined;
  }

  /** The statement whose answer is due. */
  readonly due = (): string | null => dueOf(this.#head());

  ask(asking: Asking): void {
    this.#release();
    if (this.#skipping && asking.message !== "sync") return;
    this.#skipping = false;
    this.#queue.push(asking);
    if (this.lastWord !== null && this.#head() !== undefined) return this.#failed(this.lastWord, asking.at);
    if (this.#copy !== null) this.#takeCopy();
    else if (!this.isPipelined && endsRound(asking)) this.isPipelined = this.#queue.filter(endsRound).length > 1;
  }

  /** A run of rows or of copy data, in wire bytes. */
  run(reply: "rows" | "copyData", bytes: Uint8Array, at: number): void {
    this.#executing(reply).addRun(reply, bytes, at);
  }

  answer(back: BackMessage, at: number): void {
    switch (back.message) {
      case "notice":
        return this.#aside({ reply: "notice", fields: back.fields }, at);
      case "notification":
        return this.#aside(
          { reply: "notification", process: back.process, channel: back.channel, payload: back.payload },
          at,
        );
      case "parameter":
        return this.#aside({ reply: "parameter", name: back.name, value: back.value }, at);
      case "parsed":
        return this.#parsed();
      case "bound":
        return this.#bound();
      case "closed":
        return this.#closed();
      case "parameterTypes":
        this.#parameterTypes = back.types;
        return;
      case "columns":
      case "noData":
        return this.#described(back.message === "columns" ? back.columns : null, at);
      case "tag":
        return this.#completed({ reply: "tag", tag: back.tag }, at);
      case "empty":
      case "suspended":
        return this.#completed({ reply: back.message }, at);
      case "error":
        return this.#failed({ reply: "error", fields: back.fields }, at);
      case "function":
        return this.#executing("function").add({ reply: "function", value: back.value?.slice() ?? null }, at);
      case "copyIn":
        this.#copy = this.#executing("copyIn").addCopyIn(back.format, back.formats);
        return this.#takeCopy();
      case "copyOut":
        return this.#executing("copyOut").add({ reply: "copyOut", format: back.format, formats: back.formats }, at);
      case "copyDone":
        return this.#executing("copyDone").add({ reply: "copyDone" }, at);
      case "ready":
        return this.#ready(back.status, at);
      default:
        throw outOfStep(back.message);
    }
  }

  /** Bytes were lost: only statements of which everything is known stay. */
  forget(status: Status): void {
    this.#queue.length = 0;
    this.#done = [];
    this.#held = [];
    this.#early = [];
    this.#builder = this.#copy = this.#parameterTypes = null;
    this.#skipping = false;
    // A LISTEN may be among what was lost.
    this.#listening = true;
    this.#hasGap = true;
    this.#status = status;
    this.#refusals.clear();
    this.#table.portals.clear();
    this.#table.cursors.clear();
    for (const [name, prepared] of this.#table.statements) {
      if (name === "" || prepared.columns === undefined) this.#table.statements.delete(name);
    }
  }

  /** The connection is over: what had been answered in full is complete. */
  end(): void {
    this.#release();
    const builder = this.#builder;
    const wasRefused = builder !== null && this.#queue[0]?.message === "query" && builder.hasFailed;
    this.#finish(wasRefused ? [...this.#done, builder] : this.#done, this.#status);
    this.#finish([...this.#table.portals.values()], this.#status);
    this.#done = [];
    this.#builder = null;
    this.#table.portals.clear();
  }

  /** The message that the server answers next; what it never answers is passed over. */
  #head(): Asking | undefined {
    for (;;) {
      const head = this.#queue[0];
      if (head === undefined || !isUnanswered(head)) return head;
      this.#queue.shift();
    }
  }

  #expect<M extends Asking["message"]>(message: M, said: string): Extract<Asking, { message: M }> {
    const head = this.#head();
    if (head?.message !== message) throw outOfStep(said);
    this.#queue.shift();
    return head as Extract<Asking, { message: M }>;
  }

  #parsed(): void {
    const parse = this.#expect("parse", "parsed");
    this.#table.prepare(parse.name, parse.sql, parse.types);
    if (!this.#refusals.delete(parse.sql)) return;
    const accepted = this.#parsing(parse);
    if (accepted !== null) this.#done.push(accepted);
  }

  /** A Parse on its own: one that is refused, and the first that is accepted after that. */
  #parsing(parse: Extract<Asking, { message: "parse" }>): ExecutionBuilder | null {
    const parameters = parse.types.map((type): Parameter => ({ type, value: null }));
    const builder = this.#begin("extended", parse.sql, parse.at, { parameters, resultFormats: [] });
    if (builder !== null) builder.stage = "parse";
    return builder;
  }

  #bound(): void {
    const bind = this.#expect("bind", "bound");
    const builder = this.#bindBuilder(bind);
    if (builder !== null) this.#open(bind.portal, builder);
    else this.#table.portals.delete(bind.portal);
  }

  #open(name: string, builder: ExecutionBuilder): void {
    const before = this.#table.portals.get(name);
    if (before !== undefined) this.#done.push(before);
    this.#table.portals.set(name, builder);
  }

  #bindBuilder(bind: BindMessage & { readonly at: number }): ExecutionBuilder | null {
    const prepared = this.#table.statements.get(bind.statement);
    if (prepared === undefined) return null;
    const parameters = this.#table.parameters(prepared, bind);
    const builder = this.#begin("extended", prepared.sql, bind.at, { parameters, resultFormats: bind.resultFormats });
    if (builder !== null) builder.prepared = prepared;
    return builder;
  }

  #begin(
    form: Execution["form"],
    sql: string,
    at: number,
    bound: Pick<Execution, "parameters" | "resultFormats">,
  ): ExecutionBuilder | null {
    const name = usedCursor(sql);
    const cursor = name === null ? null : (this.#table.cursors.get(name) ?? null);
    if (name !== null && cursor === null && this.#hasGap) return null;
    return new ExecutionBuilder({ form, ...this.#identity, sql, cursor, ...bound, before: this.#status, at });
  }

  #closed(): void {
    const close = this.#expect("close", "closed");
    if (close.named === "statement") return void this.#table.statements.delete(close.name);
    const builder = this.#table.portals.get(close.name);
    if (builder !== undefined) this.#done.push(builder);
    this.#table.portals.delete(close.name);
  }

  #described(columns: readonly Column[] | null, at: number): void {
    const head = this.#head();
    if (head?.message === "query" && columns !== null) {
      return this.#executing("columns").add({ reply: "columns", columns }, at);
    }
    const describe = this.#expect("describe", "columns");
    if (describe.named === "portal") {
      const builder = this.#table.portals.get(describe.name);
      const cursor = this.#table.cursors.get(describe.name);
      if (builder !== undefined) builder.described(columns);
      else if (cursor !== undefined) this.#tell(cursorStatement(this.#identity, cursor, columns), describe.at, at);
      return;
    }
    const parameters = this.#parameterTypes;
    this.#parameterTypes = null;
    const prepared = this.#table.statements.get(describe.name);
    if (prepared === undefined || parameters === null) return;
    [prepared.parameters, prepared.columns] = [parameters, columns];
    this.#tell({ type: "statement", ...this.#identity, sql: prepared.sql, declared: prepared.declared, parameters, columns }, describe.at, at); // prettier-ignore
  }

  /** A description is handed out once a connection, and again if it has changed. */
  #tell(spec: Statement, startedAt: number, endedAt: number): void {
    const key = JSON.stringify([spec.sql, spec.declared]);
    const told = JSON.stringify([spec.parameters, spec.columns]);
    if (this.#told.get(key) === told) return;
    this.#told.set(key, told);
    this.#finished.push({ spec, startedAt, endedAt, reuse: "repeat" });
  }

  /** The execution that the server is answering; null while its statement is not known. */
  #executing(said: string): ExecutionBuilder {
    const head = this.#head();
    if (head === undefined) throw outOfStep(said);
    if (this.#builder !== null) return this.#builder;
    const builder = this.#opened(head, said) ?? this.#unknown(head.at);
    builder.addFirst(this.#early.splice(0));
    this.#builder = builder;
    return builder;
  }

  #opened(head: Asking, said: string): ExecutionBuilder | null | undefined {
    if (head.message === "query")
      return this.#begin("simple", head.sql, head.at, { parameters: [], resultFormats: [] });
    if (head.message === "execute") return this.#table.portals.get(head.portal);
    if (head.message === "call") return this.#call(head);
    throw outOfStep(said);
  }

  #call(call: CallMessage & { readonly at: number }): ExecutionBuilder | null {
    const parameters = boundValues(call, () => 0);
    return this.#begin("call", `function ${call.functionId}`, call.at, {
      parameters,
      resultFormats: [call.resultFormat],
    });
  }

  /** Takes replies that nobody keeps. */
  #unknown(at: number): ExecutionBuilder {
    const nothing = { form: "extended", sql: "", cursor: null, parameters: [], resultFormats: [] } as const;
    return new ExecutionBuilder({ ...nothing, ...this.#identity, before: this.#status, at });
  }

  #completed(reply: ReplyOf<"tag" | "empty" | "suspended">, at: number): void {
    const builder = this.#executing(reply.reply);
    builder.add(reply, at);
    if (reply.reply === "tag") this.#followed(builder.asked.sql, reply.tag);
    const head = this.#head();
    if (head?.message !== "execute") return;
    this.#queue.shift();
    this.#builder = null;
    if (reply.reply === "suspended" || this.#table.portals.get(head.portal) !== builder) return;
    this.#done.push(builder);
    this.#table.portals.delete(head.portal);
  }

  /** What a command does to the names that are known on this connection. */
  #followed(sql: string, tag: string): void {
    if (tag === "LISTEN") this.#listening = true;
    if (tag === "DISCARD ALL" || tag === "DEALLOCATE ALL") this.#table.forgetAll();
    const name = tag === "DECLARE CURSOR" ? declaredCursor(sql) : null;
    if (name !== null) this.#table.cursors.set(name, canonicalSql(sql));
  }

  #failed(reply: ReplyOf<"error">, at: number): void {
    const head = this.#head();
    if (head === undefined && endsConnection(reply)) this.lastWord = reply;
    if (head === undefined) return;
    this.#copy = null;
    if (head.message === "query" || head.message === "call") return this.#executing("error").add(reply, at);
    const builder = this.#refused(head);
    if (builder !== null) {
      builder.addFirst(this.#early.splice(0));
      builder.add(reply, at);
      this.#done.push(builder);
    }
    this.#builder = this.#parameterTypes = null;
    const sync = this.#queue.findIndex((each) => each.message === "sync");
    this.#skipping = sync < 0;
    this.#queue.splice(0, sync < 0 ? this.#queue.length : sync);
  }

  /** The execution that an error in the extended protocol is the end of. */
  #refused(head: Asking): ExecutionBuilder | null {
    const at = (stage: Stage, builder: ExecutionBuilder | null | undefined): ExecutionBuilder | null => {
      if (builder !== null && builder !== undefined) builder.stage = stage;
      return builder ?? null;
    };
    switch (head.message) {
      case "parse":
        this.#refusals.add(head.sql);
        return this.#parsing(head);
      case "bind":
        return at("bind", this.#bindBuilder(head));
      case "execute":
        return this.#removed(head.portal);
      case "describe":
        return head.named === "portal" ? at("describe", this.#removed(head.name)) : null;
      default:
        return null;
    }
  }

  #removed(portal: string): ExecutionBuilder | null {
    const builder = this.#table.portals.get(portal);
    this.#table.portals.delete(portal);
    return builder ?? null;
  }

  #takeCopy(): void {
    if (this.#copy !== null && takeCopied(this.#queue, this.#copy)) this.#copy = null;
  }

  #ready(status: Status, at: number): void {
    const head = this.#head();
    if (head === undefined || !endsRound(head)) throw outOfStep("ready");
    if (this.#builder !== null && head.message !== "sync") this.#done.push(this.#builder);
    this.#queue.shift();
    this.#builder = null;
    if (status === "I") {
      this.#done.push(...this.#table.portals.values());
      this.#table.portals.clear();
    }
    const last = this.#done.at(-1);
    if (last !== undefined) last.endedAt = at;
    this.#early = [];
    this.#release();
    this.#status = status;
    if (this.#listening && this.#queue.length === 0) [this.#held, this.#heldStatus] = [this.#done, status];
    else this.#finish(this.#done, status);
    this.#done = [];
  }

  #finish(builders: readonly ExecutionBuilder[], status: Status): void {
    for (const builder of builders) if (builder.asked.sql !== "" || builder.asked.form === "simple") this.#finished.push(builder.finish(status)); // prettier-ignore
  }

  #release(): void {
    this.#finish(this.#held, this.#heldStatus);
    this.#held = [];
  }

  /** Notices and the like come at any time; they stay with the exchange around them or before them. */
  #aside(reply: Aside, at: number): void {
    const last = this.#done.at(-1);
    if (this.#builder !== null) this.#builder.add(reply, at);
    else if (last !== undefined && (this.#head()?.message ?? "sync") === "sync") last.add(reply, at);
    else if (this.#head() !== undefined) this.#early.push(reply);
    else {
      const held = this.#held.at(-1);
      held?.pushes.push({ afterMs: Math.max(0, Math.round(at - held.endedAt)), reply });
    }
  }
}
