/**
 * Reads one connection to a Redis server that others hold: pairs replies with commands, in order, and emits each once its
 * reply is whole; a transaction as one. After lost bytes it stays silent: replies carry no number by which the pairs could
 * be found again. Its counterpart is `replay-session.ts`.
 */
import type { Exchange } from "../../core/exchange.ts";
import type { Chunk, Session, Side, Step } from "../../core/protocol.ts";
import { CommandReader } from "./command-reader.ts";
import { describesServer, isSetUp, leaves, nameOf, subscribes, unsubscribes, waitsMs } from "./commands.ts";
import { confirmations, countIn, kindOf } from "./pub-sub.ts";
import { ReplyReader } from "./reply-reader.ts";
import { staysRefused, Settings, withoutSecrets } from "./setting.ts";
import type { Push, RedisSpec } from "./spec.ts";
import type { Word } from "./text-bytes.ts";
import { isError, type Value } from "./value.ts";

/** A command that waits for its reply. */
interface Asked {
  readonly words: readonly Word[];
  readonly name: string;
  readonly at: number;
}

interface Transaction {
  readonly commands: (readonly Word[])[];
  readonly replies: Value[];
  readonly at: number;
}

interface Stream {
  readonly words: readonly Word[];
  readonly pushes: Push[];
  readonly startedAt: number;
  endedAt: number;
  /** Confirmations that are still to come. */
  left: number;
}

export class RecordSession implements Session<RedisSpec> {
  readonly #client = new CommandReader();
  readonly #server = new ReplyReader();
  readonly #settings = new Settings();
  #asked: Asked[] = [];
  #transaction: Transaction | null = null;
  #stream: Stream | null = null;
  /** How many channels and patterns the server says are subscribed to. */
  #subscribed = 0;
  /** The last command that was answered, and when. */
  #last: { readonly words: readonly Word[]; readonly at: number } | null = null;
  #done = false;

  start(): Iterable<Step<RedisSpec>> {
    return [];
  }

  wake(): Iterable<Step<RedisSpec>> {
    return [];
  }

  *data({ from, bytes, at }: Chunk): Generator<Step<RedisSpec>> {
    if (this.#done) return;
    if (from === "client") {
      this.#client.push(bytes);
      for (let words = this.#client.next(); words !== undefined; words = this.#client.next()) {
        const name = nameOf(words);
        const reason = leaves(name);
        this.#asked.push({ words, name, at });
        if (reason === undefined) continue;
        this.#done = true;
        yield { do: "unread", reason };
        return;
      }
      return;
    }
    this.#server.push(bytes);
    for (let value = this.#server.next(); value !== undefined && !this.#done; value = this.#server.next()) {
      yield* this.#hear(value, at);
    }
  }

  gap(): void {
    this.#done = true;
    this.#asked = [];
    this.#transaction = null;
    this.#stream = null;
  }

  *end(from: Side): Generator<Step<RedisSpec>> {
    if (this.#done || from !== "server") return;
    this.#done = true;
    yield* this.#endStream();
    // Whoever waits for data when the recording ends has waited in vain till then.
    const [head] = this.#asked;
    if (head === undefined || waitsMs(head.name, head.words) === undefined || this.#transaction !== null) return;
    const spec = { type: "command", ...this.#settings.now, words: head.words, reply: null } as const;
    yield emit(spec, head.at, head.at, "repeat");
  }

  *#hear(value: Value, at: number): Generator<Step<RedisSpec>> {
    const [head] = this.#asked;
    const isSubscription = head !== undefined && (subscribes(head.name) || unsubscribes(head.name));
    const kind = kindOf(value, this.#subscribed > 0 || isSubscription);
    if (kind === "push") yield* this.#pushed(value, at);
    else if (kind === "confirmation") yield* this.#confirmed(value, at);
    else if (head !== undefined) {
      this.#asked.shift();
      yield* this.#replied(head, value, at);
    } else {
      this.#done = true;
      yield { do: "unread", reason: "the server answered what nobody had asked" };
    }
  }

  /** A message belongs to the subscription; anything else to the command before it. */
  *#pushed(value: Value, at: number): Generator<Step<RedisSpec>> {
    const stream = this.#stream;
    if (stream !== null) {
      stream.pushes.push({ afterMs: Math.max(0, at - stream.startedAt), value });
      stream.endedAt = at;
    } else if (this.#last !== null) {
      const { words, at: since } = this.#last;
      const pushes = [{ afterMs: Math.max(0, at - since), value }];
      yield emit({ type: "pushes", ...this.#settings.now, words, pushes }, since, at, "repeat");
    }
  }

  *#confirmed(value: Value, at: number): Generator<Step<RedisSpec>> {
    const [head] = this.#asked;
    const open = this.#stream;
    if (open === null || open.left === 0) {
      // A server may end a subscription by itself, when a slot moves.
      if (head === undefined || !(subscribes(head.name) || unsubscribes(head.name)))
        return yield* this.#pushed(value, at);
      yield* this.#endStream();
      this.#stream = { words: head.words, pushes: [], startedAt: head.at, endedAt: at, left: confirmations(head.words, this.#subscribed) }; // prettier-ignore
    }
    const stream = this.#stream as Stream;
    stream.pushes.push({ afterMs: 0, value });
    stream.endedAt = at;
    stream.left--;
    this.#subscribed = countIn(value);
    if (stream.left === 0) this.#asked.shift();
  }

  *#endStream(): Generator<Step<RedisSpec>> {
    const stream = this.#stream;
    this.#stream = null;
    if (stream === null || stream.left > 0) return;
    const { words, pushes, startedAt, endedAt } = stream;
    yield emit({ type: "subscription", ...this.#settings.now, words, pushes }, startedAt, endedAt, "once");
  }

  *#replied(asked: Asked, reply: Value, at: number): Generator<Step<RedisSpec>> {
    const { name, words } = asked;
    const setting = this.#settings.now;
    if (this.#transaction !== null && name !== "RESET") {
      yield* this.#inTransaction(this.#transaction, asked, reply, at);
      return;
    }
    if (isSetUp(name)) {
      yield* this.#setUp(asked, reply, at);
      return;
    }
    this.#last = { words, at };
    const isIdle = reply.type === "null" && waitsMs(name, words) !== undefined;
    const reuse = describesServer(name) || isIdle ? "repeat" : "once";
    yield emit({ type: "command", ...setting, words, reply }, asked.at, at, reuse);
  }

  *#setUp({ name, words, at: startedAt }: Asked, reply: Value, at: number): Generator<Step<RedisSpec>> {
    if (isError(reply)) {
      if (!staysRefused(name)) return;
      const kept = withoutSecrets(name, words);
      yield emit({ type: "command", ...this.#settings.now, words: kept, reply }, startedAt, at, "repeat");
      return;
    }
    this.#settings.grant(name, words);
    if (name === "MULTI") this.#transaction = { commands: [], replies: [], at: startedAt };
    if (name === "RESET") {
      yield* this.#endStream();
      this.#transaction = null;
      this.#subscribed = 0;
    }
    if (name === "HELLO") yield emit({ type: "hello", ...this.#settings.now, reply }, startedAt, at, "repeat");
  }

  *#inTransaction(open: Transaction, asked: Asked, reply: Value, at: number): Generator<Step<RedisSpec>> {
    if (asked.name === "DISCARD") this.#transaction = null;
    else if (asked.name === "EXEC") {
      this.#transaction = null;
      const { commands, replies } = open;
      const refused = replies.some((each) => each.type !== "status" || each.text !== "QUEUED") ? replies : [];
      this.#last = { words: asked.words, at };
      yield emit({ type: "transaction", ...this.#settings.now, commands, refused, reply }, open.at, at, "once");
    } else {
      open.commands.push(asked.words);
      open.replies.push(reply);
    }
  }
}

function emit(
  spec: RedisSpec,
  startedAt: number,
  endedAt: number,
  reuse: Exchange<RedisSpec>["reuse"],
): Step<RedisSpec> {
  return { do: "emit", exchange: { spec, startedAt, endedAt, reuse } };
}
