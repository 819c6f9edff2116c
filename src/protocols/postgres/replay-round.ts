/** The open part of a replayed connection: each of the client's messages is answered at once. */
import type { Miss } from "../../core/exchange.ts";
import type { Pool } from "../../core/pool.ts";
import { Answers, type Found, returnsRows } from "./answers.ts";
import { encodeBack, type Field, type Status } from "./backend.ts";
import type { BindMessage, CallMessage, FrontMessage } from "./frontend.ts";
import { missFields, unknownName } from "./miss-reply.ts";
import { PortalPlayer } from "./portal-player.ts";
import { afterCopies, ReplayCopy } from "./replay-copy.ts";
import { asking, copiedIn, cutCopy, endsConnection, replyBytes } from "./reply-bytes.ts";
import { canonicalSql, declaredCursor, isPartialRollback, endsTransaction, usedCursor } from "./sql.ts";
import type { Column, Execution, Parameter, PostgresSpec, Push, Reply } from "./spec.ts";
import { cursorStatement, StatementTable } from "./statement-table.ts";
import { statusAfterError, statusAfterTag } from "./transaction.ts";
import { boundValues } from "./values.ts";

/** A bound portal: its statement as the client spells it, and what it plays or the copy that it waits for. */
type Portal = { readonly sql: string } & (
  { readonly player: PortalPlayer; readonly copy: null } | { readonly player: null; readonly copy: ReplayCopy }
);

/** What has been said since the last call. */
export interface Flushed {
  readonly pieces: readonly Uint8Array[];
  readonly misses: readonly Miss[];
  readonly wakes: readonly number[];
}

/** The client that cancels has to be first: its own error is what the program saw. */
const PATIENCE_MS = 50;

export class ReplayRound {
  readonly #identity: { readonly database: string; readonly user: string };
  readonly #answers: Answers;
  readonly #protocol: string;
  readonly #table = new StatementTable<Portal>();
  #pieces: Uint8Array[] = [];
  #misses: Miss[] = [];
  #wakes: number[] = [];
  readonly #pushes: Push[] = [];
  /** Those of the round under way, which begin when it is over. */
  #due: readonly Push[] = [];
  /** What is said of executions that are done, before the round ends. */
  readonly #trailing: Reply[] = [];
  #status: Status = "I";
  #before: Status = "I";
  #copy: ReplayCopy | null = null;
  #skipping = false;
  /** What comes from this piece on is held back for a time. */
  #pause: { readonly from: number } | null = null;
  isFatal = false;

  constructor(identity: { database: string; user: string }, pool: Pool<PostgresSpec>, protocol: string) {
    this.#identity = identity;
    this.#answers = new Answers(pool, protocol);
    this.#protocol = protocol;
  }

  flush(): Flushed {
    const held = this.#pause === null ? [] : this.#pieces.splice(this.#pause.from);
    if (this.#pause !== null) this.#pause = { from: 0 };
    const flushed = { pieces: this.#pieces, misses: this.#misses, wakes: this.#wakes };
    [this.#pieces, this.#misses, this.#wakes] = [held, [], []];
    return flushed;
  }

  /** While it waits, what the client says is not to be read. */
  get isWaiting(): boolean {
    return this.#pause !== null;
  }

  /** The time to wait is over. */
  resume(): void {
    this.#pause = null;
  }

  #wait({ cancelledAfterMs }: Execution): void {
    if (cancelledAfterMs === undefined) return;
    const afterMs = cancelledAfterMs + Math.min(cancelledAfterMs, PATIENCE_MS);
    this.#pause = { from: this.#pieces.length };
    this.#wakes.push(afterMs);
  }

  /** Says the next of what was recorded as said unasked. */
  push(): void {
    const next = this.#pushes.shift();
    if (next !== undefined) this.#send(replyBytes(next.reply));
  }

  copyData(run: Uint8Array): void {
    this.#copy?.take(run);
  }

  take(front: FrontMessage): void {
    if (this.#copy !== null) return this.#copying(this.#copy, front);
    if (front.message === "sync") return this.#ready();
    if (this.#skipping) return;
    switch (front.message) {
      case "query":
        return this.#query(front.sql);
      case "call":
        return this.#call(front);
      case "parse":
        return this.#parse(front.name, front.sql, front.types);
      case "bind":
        return this.#bind(front);
      case "describe":
        return front.named === "statement" ? this.#describeStatement(front.name) : this.#describePortal(front.name);
      case "execute":
        return this.#execute(front.portal, front.limit);
      case "close":
        if (front.named === "statement") this.#table.statements.delete(front.name);
        else this.#table.portals.delete(front.name);
        return this.#send(encodeBack({ message: "closed" }));
      default:
        // Flush changes nothing: all is sent at once. The rest of a copy that has ended is not read, as by the server.
        return;
    }
  }

  #send = (bytes: Uint8Array): void => {
    this.#pieces.push(bytes);
  };

  #reply(reply: Reply, sql: string): void {
    this.#send(replyBytes(reply));
    this.#followed(reply, sql);
  }

  /** What a reply means for the connection. */
  #followed(reply: Reply, sql: string): void {
    if (endsConnection(reply)) this.isFatal = true;
    if (reply.reply === "error") {
      const ends = endsTransaction(sql) && !isPartialRollback(sql);
      this.#status = ends ? "I" : statusAfterError(this.#status);
    }
    if (reply.reply !== "tag") return;
    this.#status = statusAfterTag(this.#status, reply.tag, sql);
    if (reply.tag === "DISCARD ALL" || reply.tag === "DEALLOCATE ALL") this.#table.forgetAll();
    const cursor = reply.tag === "DECLARE CURSOR" ? declaredCursor(sql) : null;
    if (cursor !== null) this.#table.cursors.set(cursor, canonicalSql(sql));
  }

  #fail(fields: readonly Field[]): void {
    this.#reply({ reply: "error", fields }, "");
    this.#skipping = true;
  }

  #miss(miss: Miss): void {
    this.#misses.push(miss);
    this.#fail(missFields(miss));
  }

  /** What was found cannot be given as asked. */
  #unfit(spec: Execution, because: string): void {
    const asked = canonicalSql(spec.sql).replace(/\s+/g, " ").slice(0, 160);
    this.#miss({ protocol: this.#protocol, asked, nearest: { mock: "the recorded answer", differs: [because] } });
  }

  #ready(): void {
    this.#skipping = false;
    for (const reply of this.#trailing.splice(0)) this.#send(replyBytes(reply));
    this.#send(encodeBack({ message: "ready", status: this.#status }));
    this.#before = this.#status;
    if (this.#status === "I") this.#table.portals.clear();
    this.#pushes.push(...this.#due);
    this.#wakes.push(...this.#due.map(({ afterMs }) => afterMs));
    this.#due = [];
  }

  #asked(
    form: Execution["form"],
    sql: string,
    bound: Partial<Pick<Execution, "parameters" | "resultFormats">>,
  ): Execution {
    const name = usedCursor(sql);
    const cursor = name === null ? null : (this.#table.cursors.get(name) ?? null);
    const known = { form, ...this.#identity, sql, cursor, parameters: [], resultFormats: [], ...bound };
    return asking(known, { transaction: { before: this.#before, after: this.#before } });
  }

  #query(sql: string): void {
    const asked = this.#asked("simple", sql, {});
    const copying = this.#answers.copying(asked);
    if (copying !== undefined) return this.#beginCopy(new ReplayCopy(asked, copying, true));
    const found = this.#answers.find(asked);
    if (found.spec === null) this.#miss(found.miss);
    else this.#simple(found.spec, sql);
    this.#ready();
  }

  #simple(spec: Execution, sql: string): void {
    this.#due = spec.pushes;
    this.#wait(spec);
    if (spec.form === "simple") {
      for (const reply of spec.replies) this.#reply(reply, sql);
      if (spec.transaction.before === this.#before) this.#status = spec.transaction.after;
      return;
    }
    const player = new PortalPlayer(spec, []);
    const columns = player.columns ?? this.#answers.describe(spec, [])?.columns;
    if (columns === undefined && returnsRows(spec)) return this.#unfit(spec, "its columns are not known");
    if (columns !== undefined && columns !== null) this.#send(encodeBack({ message: "columns", columns }));
    this.#play(player, 0, sql);
  }

  #call(call: CallMessage): void {
    const parameters = boundValues(call, () => 0);
    const asked = this.#asked("call", `function ${call.functionId}`, {
      parameters,
      resultFormats: [call.resultFormat],
    });
    const found = this.#answers.find(asked);
    if (found.spec === null) this.#miss(found.miss);
    else for (const reply of found.spec.replies) this.#reply(reply, "");
    this.#ready();
  }

  #parse(name: string, sql: string, declared: readonly number[]): void {
    const parameters = declared.map((type): Parameter => ({ type, value: null }));
    const refusal = this.#answers.refusal({ ...this.#asked("extended", sql, { parameters }), stage: "parse" });
    if (refusal !== null && this.#isRefused(refusal)) return;
    this.#table.prepare(name, sql, declared);
    this.#send(encodeBack({ message: "parsed" }));
  }

  /** Plays the refusal, and says whether it was one. */
  #isRefused(refusal: Found): boolean {
    if (refusal.spec === null) this.#miss(refusal.miss);
    else if (!refusal.spec.replies.some((each) => each.reply === "error")) return false;
    else this.#failed(refusal.spec);
    return true;
  }

  /** Replies that end in an error, with what came before it. */
  #failed(spec: Execution): void {
    for (const reply of spec.replies) if (reply.reply !== "columns") this.#reply(reply, spec.sql);
    this.#skipping = true;
  }

  #bind(bind: BindMessage): void {
    const prepared = this.#table.statements.get(bind.statement);
    if (prepared === undefined) return this.#fail(unknownName("statement", bind.statement));
    const asked = this.#asked("extended", prepared.sql, {
      parameters: this.#table.parameters(prepared, bind),
      resultFormats: bind.resultFormats,
    });
    const copying = this.#answers.copying(asked);
    const found = copying === undefined ? this.#answers.find(asked) : null;
    if (found !== null) {
      if (found.spec === null) return this.#miss(found.miss);
      if (found.spec.stage === "bind" || found.spec.stage === "parse") return this.#failed(found.spec);
    }
    const portal: Portal =
      found !== null
        ? { sql: asked.sql, player: new PortalPlayer(found.spec as Execution, bind.resultFormats), copy: null }
        : { sql: asked.sql, player: null, copy: new ReplayCopy(asked, copying ?? asked, false) };
    this.#table.portals.set(bind.portal, portal);
    this.#send(encodeBack({ message: "bound" }));
  }

  #describeStatement(name: string): void {
    const prepared = this.#table.statements.get(name);
    if (prepared === undefined) return this.#fail(unknownName("statement", name));
    const asked = this.#asked("extended", prepared.sql, {});
    const known = this.#answers.describe(asked, prepared.declared);
    if (known === undefined) return this.#undescribed(prepared.sql);
    [prepared.parameters, prepared.columns] = [known.parameters, known.columns];
    this.#send(encodeBack({ message: "parameterTypes", types: known.parameters }));
    this.#send(rowDescription(known.columns?.map((column) => ({ ...column, format: 0 })) ?? null));
  }

  #describePortal(name: string): void {
    const portal = this.#table.portals.get(name);
    if (portal === undefined) return this.#describeCursor(name);
    const player = portal.player;
    if (player === null) return this.#send(rowDescription(null));
    if (player.spec.stage === "describe") return this.#failed(player.spec);
    const columns = player.columns ?? this.#answers.describe(player.spec, [])?.columns ?? null;
    if (columns === null && returnsRows(player.spec)) {
      return this.#unfit(player.spec, "it was run without being described");
    }
    this.#send(rowDescription(columns));
  }

  #describeCursor(name: string): void {
    const cursor = this.#table.cursors.get(name);
    if (cursor === undefined) return this.#fail(unknownName("portal", name));
    const statement = cursorStatement(this.#identity, cursor, null);
    const known = this.#answers.describe({ ...statement, cursor: null }, []);
    if (known === undefined) return this.#undescribed(statement.sql);
    this.#send(rowDescription(known.columns));
  }

  #undescribed(sql: string): void {
    const nearest = { mock: "the recorded statement", differs: ["it was run, but never described"] };
    this.#miss({ protocol: this.#protocol, asked: `describe ${canonicalSql(sql)}`, nearest });
  }

  #execute(name: string, limit: number): void {
    const portal = this.#table.portals.get(name);
    if (portal === undefined) return this.#fail(unknownName("portal", name));
    if (portal.copy !== null) return this.#beginCopy(portal.copy);
    this.#due = portal.player.spec.pushes;
    this.#wait(portal.player.spec);
    this.#play(portal.player, limit, portal.sql);
  }

  #play(player: PortalPlayer, limit: number, sql: string): void {
    const played = player.execute(limit, this.#send);
    if (played.ended === "missing") return this.#unfit(player.spec, played.because);
    if (played.ended === "failed") {
      this.#followed(played.reply, sql);
      this.#skipping = true;
    }
    if (played.ended !== "complete") return;
    for (const reply of player.spec.replies) if (reply.reply === "tag") this.#followed(reply, sql);
    this.#trailing.push(...player.takeTrailing());
  }

  #beginCopy(copy: ReplayCopy): void {
    if (copy.isCut) return this.#answerCopy(copy, [cutCopy]);
    this.#copy = copy;
    for (const reply of copy.next() ?? []) if (copy.isSimple || reply.reply !== "columns") this.#reply(reply, copy.asked.sql); // prettier-ignore
  }

  /** A server that copies in ignores Flush and Sync. */
  #copying(copy: ReplayCopy, front: FrontMessage): void {
    if (front.message === "copyDone") copy.ended("done", "");
    else if (front.message === "copyFail") copy.ended("failed", front.reason);
    else return;
    const next = front.message === "copyDone" ? copy.next() : undefined;
    if (next !== undefined) for (const reply of next) this.#reply(reply, copy.asked.sql);
    else this.#answerCopy(copy, copy.sent);
  }

  #answerCopy(copy: ReplayCopy, sent: ReplayCopy["sent"]): void {
    this.#copy = null;
    const found = this.#answers.take({ ...copy.asked, replies: copiedIn(sent) });
    if (found.spec === null) this.#miss(found.miss);
    else {
      this.#due = found.spec.pushes;
      const replies = copy.isCut ? found.spec.replies : afterCopies(found.spec);
      for (const reply of replies) if (copy.isSimple || reply.reply !== "columns") this.#reply(reply, copy.asked.sql);
      if (!copy.isSimple && replies.some((each) => each.reply === "error")) this.#skipping = true;
    }
    if (copy.isSimple) this.#ready();
  }
}

function rowDescription(columns: readonly Column[] | null): Uint8Array {
  return columns === null ? encodeBack({ message: "noData" }) : encodeBack({ message: "columns", columns });
}
