/**
 * Answers in a Redis server's place. What sets a connection up is answered from what is known; every other command from
 * the pool, at once and in order; a command that waits for data gets the next recorded answer, or waits for ever as it did.
 * A miss is an error reply, and the connection stays. Its counterpart is `record-session.ts`.
 */
import type { Awaited } from "../../core/awaited.ts";
import { FormatError } from "../../core/errors.ts";
import type { Miss } from "../../core/exchange.ts";
import type { Key, Pool } from "../../core/pool.ts";
import type { Chunk, Session, Side, Step } from "../../core/protocol.ts";
import type { Word } from "../../lib/bytes/text.ts";
import { CommandReader } from "./command-reader.ts";
import {
  isOfAnyNode,
  isSetUp,
  leaves,
  nameOf,
  subscribes,
  tellsNodes,
  topologyShapes,
  unsubscribes,
  waits,
  waitsMs,
} from "./commands.ts";
import { differences } from "./differences.ts";
import { expected } from "./expected.ts";
import { HELLO_SHAPE, keyOf, line, pushesShape, transactionShape } from "./key.ts";
import { GRAIN_MS, Outbox } from "./outbox.ts";
import { channelOf, channelsOf, countIn, isEnd, kindOf } from "./pub-sub.ts";
import { staysRefused, Settings, withoutSecrets } from "./setting.ts";
import { helloReply, setUpReply } from "./set-up.ts";
import type { RedisPushes, RedisSpec } from "./spec.ts";
import { isRedirection, type Node, tellsOf } from "./topology.ts";
import { error, list, status, type Value } from "./value.ts";

const QUEUED = status("QUEUED");
/**
 * For so long the app may do nothing before what is waited for comes, although calls that were recorded before it were not
 * made: some are made in the background, and some no more.
 */
const PATIENCE_MS = 1_000;
/** After that, only a change brings anything. */
const IDLE_MS = 3_600_000;
/** How long a message is held that came with a test: whoever asks for it must have begun to wait. */
const LATE_MS = 20;

/** A command that waits: the connection does nothing else till then. */
interface Held {
  readonly expected: Awaited<RedisSpec>;
  readonly until: number;
}

export class ReplaySession implements Session<RedisSpec> {
  readonly #node: Node;
  readonly #pool: Pool<RedisSpec>;
  readonly #client = new CommandReader();
  readonly #settings = new Settings();
  readonly #outbox = new Outbox();
  #queued: (readonly Word[])[] | null = null;
  #isSubscribed = false;
  #held: Held | null = null;
  /** By key: the commands that wait and the channels that are subscribed to. */
  readonly #waits = new Map<string, Awaited<RedisSpec>>();
  readonly #channels = new Map<string, Awaited<RedisSpec>>();
  /** When the app, or what the pool gives, did last something. */
  #changedAt = 0;
  /** For when a wake is asked for already. */
  #wakeAt = Infinity;
  #done = false;

  constructor(node: Node, pool: Pool<RedisSpec>) {
    this.#node = node;
    this.#pool = pool;
  }

  start(): Iterable<Step<RedisSpec>> {
    return [];
  }

  *wake(at: number): Generator<Step<RedisSpec>> {
    if (at >= this.#wakeAt - 1) this.#wakeAt = Infinity;
    else this.#changedAt = at;
    const isPatient = this.#isPatient(at);
    for (const channel of this.#channels.values())
      this.#hear(channel, isPatient, () => (channel.isPreceded ? at : at + LATE_MS));
    if (this.#held !== null && this.#come(this.#held, isPatient && this.#held.expected.knowsSilence, at)) {
      this.#held = null;
      yield* this.#run(at);
    }
    yield* this.#say(at);
  }

  gap(): void {
    this.#done = true;
  }

  *end(from: Side): Generator<Step<RedisSpec>> {
    if (from === "client" && !this.#done) yield { do: "close", reason: "the client closed" };
    this.#done = true;
    this.#held = null;
    this.#channels.clear();
  }

  *data({ bytes, at }: Chunk): Generator<Step<RedisSpec>> {
    if (this.#done) return;
    this.#client.push(bytes);
    yield* this.#run(at);
    yield* this.#say(at);
  }

  /** Answers what has come, up to a command that waits. */
  *#run(at: number): Generator<Step<RedisSpec>> {
    try {
      while (!this.#done && this.#held === null) {
        const words = this.#client.next();
        if (words === undefined) return;
        yield* this.#answer(words, at);
      }
    } catch (failure) {
      if (!(failure instanceof FormatError)) throw failure;
      this.#outbox.say(error(`ERR Protocol error: ${failure.message}`));
      this.#done = true;
      yield* this.#outbox.due(at);
      yield { do: "close", reason: failure.message };
    }
  }

  /** Sends what is due, and asks to be woken for what is not. */
  *#say(at: number): Generator<Step<RedisSpec>> {
    yield* this.#outbox.due(at);
    const isWaiting = this.#held !== null && !this.#held.expected.isOver;
    const isListening = [...this.#channels.values()].some((channel) => !channel.isOver);
    const look = this.#isPatient(at) ? this.#changedAt + PATIENCE_MS : at + IDLE_MS;
    const next = Math.min(this.#outbox.next, this.#held?.until ?? Infinity, isWaiting || isListening ? look : Infinity);
    if (next >= this.#wakeAt) return;
    this.#wakeAt = next;
    yield { do: "wake", afterMs: Math.max(0, next - at), orOnChange: true };
  }

  #isPatient(at: number): boolean {
    return at + GRAIN_MS < this.#changedAt + PATIENCE_MS;
  }

  *#answer(words: readonly Word[], at: number): Generator<Step<RedisSpec>> {
    const name = nameOf(words);
    if (name === "EXEC" && this.#queued !== null) return yield* this.#execute(this.#queued);
    if (this.#queued !== null && !["MULTI", "DISCARD", "RESET", "QUIT", "WATCH"].includes(name)) {
      this.#queued.push(words);
      this.#outbox.say(this.#refusal(this.#queued) ?? QUEUED);
      return;
    }
    const reason = leaves(name);
    if (reason !== undefined) {
      yield { do: "unread", reason };
      this.#done = true;
      return;
    }
    if (isSetUp(name)) return yield* this.#setUp(name, words, at);
    if (subscribes(name) || unsubscribes(name)) return yield* this.#subscribe(words, at);
    yield* this.#command(name, words, at);
  }

  *#setUp(name: string, words: readonly Word[], at: number): Generator<Step<RedisSpec>> {
    const refusal = staysRefused(name) ? this.#refused(withoutSecrets(name, words)) : undefined;
    if (refusal !== undefined) return this.#outbox.say(refusal);
    this.#settings.grant(name, words);
    if (name === "MULTI") this.#queued = [];
    if (name === "DISCARD" || name === "RESET") this.#queued = null;
    if (name === "RESET") {
      this.#isSubscribed = false;
      this.#channels.clear();
    }
    const { version } = this.#settings.now;
    if (name === "HELLO") this.#outbox.say(this.#hello() ?? helloReply(version));
    else this.#outbox.say(setUpReply(name, words, this.#isSubscribed && version === 2));
    if (name !== "QUIT") return;
    this.#done = true;
    yield* this.#outbox.due(at);
    yield { do: "close", reason: "QUIT" };
  }

  /** The recorded refusal of the same set-up command. */
  #refused(words: readonly Word[]): Value | undefined {
    const asked = { type: "command", ...this.#settings.now, words, reply: null } as const;
    const { shape, text } = keyOf(asked);
    for (const spec of this.#pool.recall(shape)) {
      if (spec.type === "command" && spec.reply !== null && keyOf(spec).text === text) return spec.reply;
    }
    return undefined;
  }

  #hello(): Value | undefined {
    const { version } = this.#settings.now;
    for (const spec of this.#pool.recall(HELLO_SHAPE)) {
      if (spec.type === "hello" && spec.version === version) return spec.reply;
    }
    return undefined;
  }

  *#command(name: string, words: readonly Word[], at: number): Generator<Step<RedisSpec>> {
    if (waits(name, words)) return yield* this.#wait(name, words, at);
    const asked = { type: "command", ...this.#settings.now, words, reply: null } as const;
    const anywhere = tellsNodes(name) && this.#isTold(asked) ? this.#tells : undefined;
    if (anywhere === undefined && isOfAnyNode(name) && this.#isUnknown(asked))
      return this.#outbox.say(error("ERR reprise: another node was asked"));
    const spec = yield* this.#take(asked, anywhere);
    if (spec?.type !== "command" || spec.reply === null) return;
    this.#outbox.say(spec.reply);
    this.#push(words, at);
  }

  readonly #tells = (recorded: RedisSpec): boolean => tellsOf(this.#node, recorded);

  /** Whether that answer of another node is what this one would have led to: both are of one cluster. */
  readonly #isFellows = (recorded: RedisSpec, at: Node): boolean => {
    if (recorded.type === "command" && recorded.reply !== null && isRedirection(recorded.reply)) return false;
    for (const shape of topologyShapes)
      for (const spec of this.#pool.recall(shape, true)) if (this.#tells(spec) && tellsOf(at, spec)) return true;
    return false;
  };

  /** Whether any node was recorded telling of this one: a client asks whichever it likes, and the next time another. */
  #isTold(asked: RedisSpec): boolean {
    for (const spec of this.#pool.recall(keyOf(asked).shape, true)) if (this.#tells(spec)) return true;
    return false;
  }

  /** Whether nothing of the kind was recorded with this server. */
  #isUnknown(asked: RedisSpec): boolean {
    for (const _ of this.#pool.recall(keyOf(asked).shape)) return false;
    return true;
  }

  *#wait(name: string, words: readonly Word[], at: number): Generator<Step<RedisSpec>> {
    const asked = { type: "command", ...this.#settings.now, words, reply: null } as const;
    const key = keyOf(asked);
    const awaited = this.#waits.get(key.text) ?? expected(this.#pool, asked);
    this.#waits.set(key.text, awaited);
    // What was there when it was asked for is there again.
    const came = awaited.next(awaited.knowsSilence);
    if (came === "silence") {
      const mostMs = waitsMs(name, words) ?? 0;
      this.#changedAt = at;
      this.#held = { expected: awaited, until: mostMs > 0 ? at + mostMs : Infinity };
    } else if ("found" in came) yield* this.#missed(key, came);
    else if (came.type === "command" && came.reply !== null) this.#outbox.say(came.reply);
  }

  /** Whether what that command waits for has come, or its time is over. */
  #come({ expected: awaited, until }: Held, isPatient: boolean, at: number): boolean {
    const came = awaited.isOver ? "silence" : awaited.next(isPatient);
    if (came !== "silence" && "type" in came && came.type === "command" && came.reply !== null) {
      this.#outbox.say(came.reply);
      return true;
    }
    if (at + GRAIN_MS < until) return false;
    this.#outbox.say({ type: "null", of: this.#settings.now.version === 2 ? "list" : "any" });
    return true;
  }

  /** What came unasked after such a command, in whatever test it came. */
  #push(words: readonly Word[], at: number): void {
    const { now } = this.#settings;
    if (now.version === 3) this.#listen({ type: "pushes", ...now, words, pushes: [] }, at);
  }

  #listen(asked: RedisPushes, at: number): void {
    const shape = pushesShape(asked.words);
    const awaited = this.#channels.get(shape) ?? expected(this.#pool, asked);
    if (!awaited.knowsSilence) return;
    this.#changedAt = at;
    this.#channels.set(shape, awaited);
    this.#hear(awaited, true, (afterMs) => at + afterMs);
  }

  *#subscribe(words: readonly Word[], at: number): Generator<Step<RedisSpec>> {
    const { now } = this.#settings;
    const spec = yield* this.#take({ type: "subscription", ...now, words, pushes: [] });
    if (spec?.type !== "subscription") return;
    for (const { afterMs, value } of spec.pushes) {
      const isConfirmation = kindOf(value, true) === "confirmation";
      if (isConfirmation) this.#isSubscribed = countIn(value) > 0;
      const channel = isConfirmation && isEnd(value) ? channelOf(value) : null;
      if (channel !== null) this.#channels.delete(pushesShape(channel));
      if (afterMs === 0) this.#outbox.say(value);
      else this.#outbox.push(value, at + afterMs);
    }
    if (!subscribes(nameOf(words))) return;
    for (const channel of channelsOf(words)) this.#listen({ type: "pushes", ...now, words: channel, pushes: [] }, at);
  }

  /** Queues the messages that have come. */
  #hear(channel: Awaited<RedisSpec>, isPatient: boolean, dueAt: (afterMs: number) => number): void {
    while (!channel.isOver) {
      const came = channel.next(isPatient);
      if (came === "silence" || !("type" in came) || came.type !== "pushes") return;
      for (const { afterMs, value } of came.pushes) this.#outbox.push(value, dueAt(afterMs));
    }
  }

  *#execute(commands: readonly (readonly Word[])[]): Generator<Step<RedisSpec>> {
    this.#queued = null;
    const asked = { type: "transaction", ...this.#settings.now, commands, refused: [], reply: list([]) } as const;
    if (commands.length === 0) return this.#outbox.say(list([]));
    const spec = yield* this.#take(asked);
    if (spec?.type === "transaction") this.#outbox.say(spec.reply);
  }

  /** What the server said to the last of these commands where it did not queue it. */
  #refusal(commands: readonly (readonly Word[])[]): Value | undefined {
    const last = commands.length - 1;
    const wanted = commands.map(line).join("\n");
    for (const spec of this.#pool.recall(transactionShape(commands))) {
      if (spec.type !== "transaction" || spec.refused.length === 0) continue;
      if (spec.commands.slice(0, commands.length).map(line).join("\n") === wanted) return spec.refused[last];
    }
    return undefined;
  }

  *#take(
    asked: RedisSpec,
    anywhere?: (recorded: RedisSpec) => boolean,
  ): Generator<Step<RedisSpec>, RedisSpec | undefined> {
    const key = keyOf(asked);
    const differs = (recorded: RedisSpec) => differences(recorded, asked);
    const ask = { key, differs, similarity: null, otherwise: this.#isFellows };
    const take = this.#pool.take(anywhere === undefined ? ask : { ...ask, anywhere });
    if (take.found) return take.spec;
    yield* this.#missed(key, take);
    return undefined;
  }

  *#missed({ asked }: Key, { nearest }: Pick<Miss, "nearest">): Generator<Step<RedisSpec>> {
    yield { do: "miss", miss: { protocol: "redis", asked, nearest } };
    this.#outbox.say(error(`ERR reprise: nothing recorded answers ${asked.replace(/[\r\n]+/g, " ")}`));
  }
}
