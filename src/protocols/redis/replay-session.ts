/**
 * Answers in a Redis server's place. What sets a connection up is answered from what is known; every other command from
 * the pool, at once and in order; a command that waits for data gets the next recorded answer, or waits for ever as it did.
 * A miss is an error reply, and the connection stays. Its counterpart is `record-session.ts`.
 */
import { FormatError } from "../../core/errors.ts";
import type { Pool } from "../../core/pool.ts";
import type { Chunk, Session, Side, Step } from "../../core/protocol.ts";
import { CommandReader } from "./command-reader.ts";
import { isSetUp, leaves, nameOf, subscribes, unsubscribes, waitsMs } from "./commands.ts";
import { differences } from "./differences.ts";
import { HELLO_SHAPE, keyOf, line, pushesShape, transactionShape } from "./key.ts";
import { Outbox } from "./outbox.ts";
import { staysRefused, Settings, withoutSecrets } from "./setting.ts";
import { helloReply, setUpReply } from "./set-up.ts";
import type { RedisSpec } from "./spec.ts";
import type { Word } from "./text-bytes.ts";
import { error, list, status, type Value } from "./value.ts";

const QUEUED = status("QUEUED");

export class ReplaySession implements Session<RedisSpec> {
  readonly #pool: Pool<RedisSpec>;
  readonly #client = new CommandReader();
  readonly #settings = new Settings();
  readonly #outbox = new Outbox();
  #queued: (readonly Word[])[] | null = null;
  #isSubscribed = false;
  #done = false;

  constructor(pool: Pool<RedisSpec>) {
    this.#pool = pool;
  }

  start(): Iterable<Step<RedisSpec>> {
    return [];
  }

  wake(at: number): Iterable<Step<RedisSpec>> {
    return this.#outbox.due(at);
  }

  gap(): void {
    this.#done = true;
  }

  *end(from: Side): Generator<Step<RedisSpec>> {
    if (from === "client" && !this.#done) yield { do: "close", reason: "the client closed" };
    this.#done = true;
  }

  *data({ bytes, at }: Chunk): Generator<Step<RedisSpec>> {
    if (this.#done) return;
    this.#client.push(bytes);
    try {
      for (let words = this.#client.next(); words !== undefined && !this.#done; words = this.#client.next()) {
        yield* this.#answer(words, at);
      }
    } catch (failure) {
      if (!(failure instanceof FormatError)) throw failure;
      this.#outbox.say(error(`ERR Protocol error: ${failure.message}`), at);
      this.#done = true;
      yield* this.#outbox.due(at);
      yield { do: "close", reason: failure.message };
      return;
    }
    yield* this.#outbox.due(at);
  }

  *#answer(words: readonly Word[], at: number): Generator<Step<RedisSpec>> {
    const name = nameOf(words);
    if (name === "EXEC" && this.#queued !== null) return yield* this.#execute(this.#queued, at);
    if (this.#queued !== null && !["MULTI", "DISCARD", "RESET", "QUIT", "WATCH"].includes(name)) {
      this.#queued.push(words);
      this.#outbox.say(this.#refusal(this.#queued) ?? QUEUED, at);
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
    if (refusal !== undefined) return this.#outbox.say(refusal, at);
    this.#settings.grant(name, words);
    if (name === "MULTI") this.#queued = [];
    if (name === "DISCARD" || name === "RESET") this.#queued = null;
    if (name === "RESET") this.#isSubscribed = false;
    const { version } = this.#settings.now;
    if (name === "HELLO") this.#outbox.say(this.#hello() ?? helloReply(version), at);
    else this.#outbox.say(setUpReply(name, words, this.#isSubscribed && version === 2), at);
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
    const spec = yield* this.#take({ type: "command", ...this.#settings.now, words, reply: null }, at);
    if (spec?.type !== "command" || spec.reply === null) return;
    const waits = waitsMs(name, words);
    const isIdle = waits !== undefined && spec.reply.type === "null";
    this.#outbox.say(spec.reply, isIdle ? at + waits : at);
    yield* this.#push(words, at);
  }

  /** What came unasked after such a command. */
  *#push(words: readonly Word[], at: number): Generator<Step<RedisSpec>> {
    if (this.#settings.now.version !== 3) return;
    const [known] = this.#pool.recall(pushesShape(words));
    if (known === undefined) return;
    const spec = yield* this.#take({ type: "pushes", ...this.#settings.now, words, pushes: [] }, at);
    if (spec?.type !== "pushes") return;
    for (const { afterMs, value } of spec.pushes) this.#outbox.push(value, at + afterMs);
  }

  *#subscribe(words: readonly Word[], at: number): Generator<Step<RedisSpec>> {
    const spec = yield* this.#take({ type: "subscription", ...this.#settings.now, words, pushes: [] }, at);
    if (spec?.type !== "subscription") return;
    this.#isSubscribed = true;
    for (const { afterMs, value } of spec.pushes) this.#outbox.push(value, at + afterMs);
  }

  *#execute(commands: readonly (readonly Word[])[], at: number): Generator<Step<RedisSpec>> {
    this.#queued = null;
    const asked = { type: "transaction", ...this.#settings.now, commands, refused: [], reply: list([]) } as const;
    if (commands.length === 0) return this.#outbox.say(list([]), at);
    const spec = yield* this.#take(asked, at);
    if (spec?.type === "transaction") this.#outbox.say(spec.reply, at);
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

  *#take(asked: RedisSpec, at: number): Generator<Step<RedisSpec>, RedisSpec | undefined> {
    const key = keyOf(asked);
    const take = this.#pool.take({ key, differs: (recorded) => differences(recorded, asked), similarity: null });
    if (take.found) return take.spec;
    yield { do: "miss", miss: { protocol: "redis", asked: key.asked, nearest: take.nearest } };
    this.#outbox.say(error(`ERR reprise: nothing recorded answers ${key.asked.replace(/[\r\n]+/g, " ")}`), at);
    return undefined;
  }
}
