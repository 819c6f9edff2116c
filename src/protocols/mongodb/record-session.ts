/**
 * Reads one connection to a MongoDB server that others hold: each answer says which request it belongs to. What sets the
 * connection up is kept once, who it belongs to never. After lost bytes it goes on with the next message that it is sure
 * of; requests whose answers may have been lost are dropped. Its counterpart is `replay-session.ts`.
 */
import { FormatError } from "../../core/errors.ts";
import type { Chunk, Session, Side, Step } from "../../core/protocol.ts";
import { authenticates, describesServer, isHello, isSetUp } from "./commands.ts";
import { field, Type, withoutFields } from "./documents.ts";
import { keyOf } from "./key.ts";
import { freshIds } from "./made-ids.ts";
import { MessageReader } from "./message-reader.ts";
import { refusedRequest, SCRUBBED, userOf } from "./authentication.ts";
import { isRefusal, openCursor } from "./replies.ts";
import { nameOf, requestOf, unwrapped } from "./request.ts";
import type { Answered, MongoSpec } from "./spec.ts";
import { Flag, type Message } from "./wire.ts";

interface Asked {
  readonly message: Message;
  readonly name: string;
  readonly at: number;
  readonly answers: Answered[];
}

const PENDING_MOST = 10_000;

export class RecordSession implements Session<MongoSpec> {
  readonly #client = new MessageReader();
  readonly #server = new MessageReader();
  readonly #asked = new Map<number, Asked>();
  /** The keys of what is kept once. */
  readonly #kept = new Set<string>();
  /** What the authentication that is going on is about. */
  #login: ReturnType<typeof userOf> | null = null;

  start(): Iterable<Step<MongoSpec>> {
    return [];
  }

  wake(): Iterable<Step<MongoSpec>> {
    return [];
  }

  *data({ from, bytes, at }: Chunk): Generator<Step<MongoSpec>> {
    const reader = from === "client" ? this.#client : this.#server;
    reader.push(bytes);
    for (let message = reader.next(); message !== undefined; message = reader.next()) {
      yield* from === "client" ? this.#ask(message, at) : this.#hear(message, at);
    }
  }

  gap(from: Side): void {
    (from === "client" ? this.#client : this.#server).lose();
    this.#asked.clear();
  }

  /** A cursor that still waits for data when the recording ends has waited in vain till then. */
  *end(from: Side): Generator<Step<MongoSpec>> {
    if (from !== "server") return;
    const waits = ({ name, answers }: Asked) => name === "getMore" && answers.length === 0;
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    for (const { message, at } of asked.filter(waits)) yield emit(command(message, at), at, at, "repeat");
    const torn = asked.find(({ name }) => name !== "getMore" && !isSetUp(name) && !isHello(name));
    if (torn !== undefined) yield { do: "unread", reason: `the answer to ${torn.name} broke off` };
  }

  *#ask(message: Message, at: number): Generator<Step<MongoSpec>> {
    if (message.form === "reply") throw new FormatError("format.bytes", "a client that answers", "message");
    const name = nameOf(unwrapped(message.document));
    if (message.form === "message" && (message.flags & Flag.MoreToCome) !== 0) {
      if (!isSetUp(name)) yield emit(command(message, at), at, at, "once");
      return;
    }
    if (name === "saslStart") this.#login = userOf(message.document);
    else if (isHello(name)) this.#login = speculativeLogin(message) ?? this.#login;
    this.#asked.set(message.requestId, { message, name, at, answers: [] });
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > PENDING_MOST && oldest !== undefined) this.#asked.delete(oldest);
  }

  *#hear(answer: Message, at: number): Generator<Step<MongoSpec>> {
    const asked = this.#asked.get(answer.responseTo);
    if (asked === undefined) return;
    if (answer.form === "query" || answer.sequences.length > 0) {
      throw new FormatError("format.bytes", "an answer in the form of a question", "message");
    }
    this.#asked.delete(answer.responseTo);
    const isLast = (answer.flags & Flag.MoreToCome) === 0;
    // Each further answer names the one before it.
    if (!isLast) this.#asked.set(answer.requestId, asked);
    const { name } = asked;
    if (isHello(name)) yield* this.#hello(asked, answer, at);
    else if (authenticates(name)) yield* this.#authenticated(asked, answer, at);
    else {
      const { flags, document } = answer;
      asked.answers.push({ flags, document });
      if (isLast) yield* this.#answered(asked, at);
    }
  }

  /** What describes the server, and nothing of who asked. */
  *#hello({ name, at: startedAt }: Asked, { document }: Message, at: number): Generator<Step<MongoSpec>> {
    const spelling = name === "hello" ? "hello" : "isMaster";
    const scrubbed = withoutFields(document, SCRUBBED);
    const spec = { type: "hello", name: spelling, document: scrubbed } as const;
    const id = `${spelling} ${isRefusal(document)}`;
    if (this.#kept.has(id)) return;
    this.#kept.add(id);
    yield emit(spec, startedAt, at, "repeat");
  }

  /** Only a refusal is kept: of whom, and never by which proof. */
  *#authenticated({ at: startedAt }: Asked, answer: Message, at: number): Generator<Step<MongoSpec>> {
    if (!isRefusal(answer.document) || this.#login === null) return;
    const { flags, document } = answer;
    const request = refusedRequest(this.#login);
    yield emit({ type: "command", request, made: [], answers: [{ flags, document }], afterMs: 0 }, startedAt, at, "repeat"); // prettier-ignore
  }

  *#answered({ message, name, at: startedAt, answers }: Asked, at: number): Generator<Step<MongoSpec>> {
    const last = answers.at(-1);
    const isIdle = name === "getMore" && last !== undefined && openCursor(last.document)?.isEmpty === true;
    const spec = { ...command(message, startedAt), answers, afterMs: isIdle ? Math.round(at - startedAt) : 0 };
    if (!isSetUp(name)) {
      yield emit(spec, startedAt, at, isIdle || describesServer(name) ? "repeat" : "once");
      return;
    }
    const { text } = keyOf(spec);
    if (this.#kept.has(text)) return;
    this.#kept.add(text);
    yield emit(spec, startedAt, at, "repeat");
  }
}

/** A client may begin to authenticate within its first message, and go on with `saslContinue`. */
function speculativeLogin({ document }: Message): ReturnType<typeof userOf> | null {
  const started = field(unwrapped(document), "speculativeAuthenticate");
  return started?.type === Type.object ? userOf(started.value) : null;
}

function command(message: Message, at: number) {
  const request = requestOf(message);
  // What cannot be shown cannot be matched.
  keyOf({ type: "command", request, made: [], answers: [], afterMs: 0 });
  return { type: "command", request, made: freshIds(request, at), answers: [] as readonly Answered[], afterMs: 0 } as const; // prettier-ignore
}

function emit(spec: MongoSpec, startedAt: number, endedAt: number, reuse: "once" | "repeat"): Step<MongoSpec> {
  return { do: "emit", exchange: { spec, startedAt, endedAt, reuse } };
}
