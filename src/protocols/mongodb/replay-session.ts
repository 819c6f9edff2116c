/**
 * Answers in a MongoDB server's place. What sets a connection up, tells of the server or keeps it alive is answered from
 * what is known; every other command from the pool. A miss is a command that failed, and the connection stays. Its
 * counterpart is `record-session.ts`.
 */
import type { Difference } from "../../core/diff.ts";
import type { Pool } from "../../core/pool.ts";
import type { Chunk, Peer, Session, Side, Step } from "../../core/protocol.ts";
import { Authentication, refusedRequest, userOf } from "./authentication.ts";
import { authenticates, describesServer, isHello, isSetUp } from "./commands.ts";
import { differences } from "./differences.ts";
import { field, numberField } from "./documents.ts";
import { canonical, helloShape, keyOf, shapeOf } from "./key.ts";
import { type MadeIds, madeIdsOf, replaceIds, writtenIds } from "./made-ids.ts";
import { MessageReader } from "./message-reader.ts";
import { Outbox } from "./outbox.ts";
import { askedCursor, membersOf, openCursor, opensWatch, withoutNews } from "./replies.ts";
import { nameOf, requestOf, unwrapped } from "./request.ts";
import { failureReply, helloReply, setUpReply, unrecordedHello } from "./set-up.ts";
import type { Answered, MongoCommand, MongoSpec } from "./spec.ts";
import { Flag, type Message } from "./wire.ts";

type Steps = Generator<Step<MongoSpec>>;

/** Some hours of heartbeats; a client then asks anew. */
const HEARTBEATS = 1000;
/** How long a server waits for news unless it is told. */
const NEWS_MS = 1000;
const AUTHENTICATION_FAILED = 18;
const UNKNOWN_ERROR = 8;

export class ReplaySession implements Session<MongoSpec> {
  readonly #pool: Pool<MongoSpec>;
  readonly #client = new MessageReader();
  readonly #outbox = new Outbox();
  readonly #authentication: Authentication;
  readonly #made: MadeIds;
  #set: ReturnType<typeof membersOf> | undefined;
  #done = false;

  constructor(pool: Pool<MongoSpec>, { surroundings, connection }: Pick<Peer, "surroundings" | "connection">) {
    this.#pool = pool;
    this.#authentication = new Authentication(surroundings ?? [], connection);
    this.#made = madeIdsOf(surroundings);
  }

  start(): Iterable<Step<MongoSpec>> {
    return [];
  }

  wake(at: number): Iterable<Step<MongoSpec>> {
    return this.#done ? [] : this.#outbox.wake(at);
  }

  gap(): void {
    this.#done = true;
  }

  *end(from: Side): Steps {
    if (from === "client" && !this.#done) yield { do: "close", reason: "the client closed" };
    this.#done = true;
  }

  *data({ bytes, at }: Chunk): Steps {
    if (this.#done) return;
    this.#client.push(bytes);
    for (let message = this.#client.next(); message !== undefined; message = this.#client.next()) {
      yield* this.#answer(message, at);
    }
  }

  *#answer(message: Message, at: number): Steps {
    const document = unwrapped(message.document);
    const name = nameOf(document);
    if (isHello(name)) return yield* this.#hello(name === "hello" ? "hello" : "isMaster", message, at);
    if (authenticates(name)) return yield* this.#authenticate(name, message);
    const request = requestOf(message);
    if (!isSetUp(name)) return yield* this.#command(message, request, at);
    if ((message.flags & Flag.MoreToCome) !== 0) return;
    const answers = this.#recalled(request) ?? [{ flags: 0, document: setUpReply(name, request) }];
    yield* this.#outbox.say(message, answers);
  }

  /** A client that knows the server's state waits for another; there is none, so it waits as long as it may. */
  *#hello(name: "hello" | "isMaster", message: Message, at: number): Steps {
    const { document: asked, flags } = message;
    const document = helloReply(this.#recordedHello(name, field(asked, "saslSupportedMechs") !== undefined), name);
    const waits = field(asked, "topologyVersion") === undefined ? undefined : numberField(asked, "maxAwaitTimeMS");
    const answers = [{ flags: 0, document }];
    if (waits === undefined || !(waits > 0)) return yield* this.#outbox.say(message, answers);
    const isStream = (flags & Flag.ExhaustAllowed) !== 0;
    const repeats = isStream ? { times: HEARTBEATS, everyMs: waits } : null;
    yield* this.#outbox.later({ at: at + waits, asker: message, answers, repeats }, at);
  }

  /** One that tells of the ways to authenticate where that is asked, else the first. */
  #recordedHello(name: "hello" | "isMaster", asksMechanisms: boolean): Uint8Array {
    let first: Uint8Array | undefined;
    for (const document of this.#hellos(name)) {
      first ??= document;
      if (asksMechanisms === (field(document, "saslSupportedMechs") !== undefined)) return document;
    }
    return first ?? unrecordedHello();
  }

  *#hellos(name: "hello" | "isMaster" = "hello"): Generator<Uint8Array, undefined> {
    for (const spelling of [name, name === "hello" ? "isMaster" : "hello"] as const) {
      for (const spec of this.#pool.recall(helloShape(spelling))) if (spec.type === "hello") yield spec.document;
    }
  }

  *#authenticate(name: string, message: Message): Steps {
    const document = unwrapped(message.document);
    const refused = name === "saslStart" ? this.#recalled(refusedRequest(userOf(document))) : undefined;
    if (refused !== undefined) return yield* this.#outbox.say(message, refused);
    const turn = this.#authentication.answer(name, document);
    if ("document" in turn) return yield* this.#outbox.say(message, [{ flags: 0, document: turn.document }]);
    yield { do: "miss", miss: { protocol: "mongodb", asked: turn.failure, nearest: null } };
    yield* this.#outbox.say(message, [{ flags: 0, document: failureReply(turn.failure, AUTHENTICATION_FAILED) }]);
  }

  /** The recorded answers to the same request; uses up nothing. */
  #recalled(request: Uint8Array): readonly Answered[] | undefined {
    const { shape, text } = keyOf({ type: "command", request, made: [], answers: [], afterMs: 0 });
    for (const spec of this.#pool.recall(shape)) {
      if (spec.type === "command" && spec.answers.length > 0 && keyOf(spec).text === text) return spec.answers;
    }
    return undefined;
  }

  *#command(message: Message, request: Uint8Array, at: number): Steps {
    const silence = this.#silence(request);
    if (silence !== null) {
      const afterMs = numberField(message.document, "maxTimeMS") ?? NEWS_MS;
      return yield* this.#outbox.later({ at: at + afterMs, asker: message, answers: [{ flags: 0, document: silence }], repeats: null }, at); // prettier-ignore
    }
    const { document, replaced } = replaceIds(request, this.#made.recorded);
    const shown = new Map(replaced.map((id) => [this.#made.recorded.get(id) ?? id, id]));
    const asked = {
      type: "command",
      request: document,
      made: this.#madeIn(document),
      answers: [],
      afterMs: 0,
    } as const;
    const key = keyOf(asked);
    const differs = (recorded: MongoSpec): readonly Difference[] =>
      recorded.type === "command"
        ? differences(recorded, asked)
        : [{ path: "command", expected: recorded.name, actual: nameOf(document), change: "changed" }];
    const alsoAt = describesServer(nameOf(document)) ? [] : this.#members();
    const take = this.#pool.take({ key, differs, similarity: null, alsoAt });
    const isAnswered = (message.flags & Flag.MoreToCome) === 0;
    if (!take.found) {
      yield { do: "miss", miss: { protocol: "mongodb", asked: key.asked, nearest: take.nearest } };
      const said = `reprise: nothing recorded answers ${key.asked}`;
      if (isAnswered) yield* this.#outbox.say(message, [{ flags: 0, document: failureReply(said, UNKNOWN_ERROR) }]);
      return;
    }
    if (take.spec.type !== "command") return;
    this.#learn(asked, take.spec, shown);
    this.#watch(take.spec);
    const { afterMs } = take.spec;
    const answers = this.#shownTo(request, take.spec.answers, shown);
    if (!isAnswered || answers.length === 0) return;
    if (afterMs > 0) yield* this.#outbox.later({ at: at + afterMs, asker: message, answers, repeats: null }, at);
    else yield* this.#outbox.say(message, answers);
  }

  /** A read may go to whichever member of a set the driver likes, and so may the rest of its cursor. */
  #members(): ReturnType<typeof membersOf> {
    if (this.#set === undefined) {
      const { value: hello } = this.#hellos().next();
      this.#set = hello === undefined ? [] : membersOf(hello);
    }
    return this.#set;
  }

  #watch({ request, answers }: MongoCommand): void {
    const last = answers.at(-1);
    const open = last === undefined || !opensWatch(request, last.document) ? null : openCursor(last.document);
    if (open === null || askedCursor(request) !== null) return;
    // Cursors are asked in one form; which it is shows when it is asked.
    this.#made.watched.set(open.id, Number.NaN);
  }

  /** Who watches a little longer than while it was recorded has no news; `null` while there is something recorded. */
  #silence(request: Uint8Array): Uint8Array | null {
    const cursor = askedCursor(request);
    const known = cursor === null ? undefined : this.#made.watched.get(cursor);
    if (cursor === null || known === undefined) return null;
    const recorded = [...this.#pool.recall(shapeOf(request))].filter((spec) => spec.type === "command");
    const own = recorded.filter((spec) => askedCursor(spec.request) === cursor);
    const last = own.at(-1)?.answers.at(-1);
    // What was idle while it was recorded is so again, as often as it is asked.
    const isKnown = own.some(({ afterMs, answers }) => afterMs > 0 || answers.length === 0);
    if (last === undefined || isKnown || openCursor(last.document) === null) return null;
    const left = Number.isNaN(known) ? own.length : known;
    this.#made.watched.set(cursor, left - 1);
    return left > 0 ? null : withoutNews(last.document);
  }

  /** What it writes under an id that no recorded write has is an id of its own making. */
  #madeIn(request: Uint8Array): readonly string[] {
    const written = writtenIds(request);
    if (written.length === 0) return written;
    const shape = shapeOf(request);
    const commands = (): MongoCommand[] => [...this.#pool.recall(shape)].filter((spec) => spec.type === "command");
    const fixed = this.#made.fixed(shape, commands);
    return written.filter((id) => !fixed.has(id));
  }

  /** From here on what was made in this run stands for what was recorded in its place. */
  #learn(asked: MongoCommand, recorded: MongoCommand, shown: Map<string, string>): void {
    if (asked.made.length === 0) return;
    const [made, kept] = [canonical(asked).met, canonical(recorded).met];
    for (const [index, id] of made.entries()) {
      const before = kept[index];
      if (before === undefined || before === id) continue;
      this.#made.recorded.set(id, before);
      shown.set(before, id);
    }
  }

  /** Answers speak of the ids that the question spoke of; so do the rest of a cursor's. */
  #shownTo(request: Uint8Array, answers: readonly Answered[], shown: Map<string, string>): readonly Answered[] {
    const cursor = askedCursor(request);
    const ids = cursor === null ? shown : (this.#made.cursors.get(cursor) ?? shown);
    if (ids.size === 0) return answers;
    return answers.map(({ flags, document }) => {
      const open = openCursor(document);
      if (open !== null) this.#made.cursors.set(open.id, ids);
      return { flags, document: replaceIds(document, ids).document };
    });
  }
}
