/**
 * Reads one connection to a Redis server that others hold: pairs replies with commands, in order, and emits each once its
 * reply is whole; a transaction as one. After lost bytes it stays silent: replies carry no number by which the pairs could
 * be found again. Its counterpart is `replay-session.ts`.
 */
import type { Exchange } from "../../core/exchange.ts";
import type { Chunk, Session, Side, Step } from "../../core/protocol.ts";
import type { Word } from "../../lib/bytes/text.ts";
import { CommandReader } from "./command-reader.ts";
import { describesServer, isSetUp, leaves, nameOf, subscribes, unsubscribes, waits } from "./commands.ts";
import { keyOf, pushesShape } from "./key.ts";
import { channelOf, confirmations, countIn, isEnd, kindOf } from "./pub-sub.ts";
import { ReplyReader } from "./reply-reader.ts";
import { staysRefused, Settings, withoutSecrets } from "./setting.ts";
import type { Push, RedisSpec } from "./spec.ts";
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

/** A SUBSCRIBE or UNSUBSCRIBE whose confirmations are coming. */
interface Confirming {
  readonly words: readonly Word[];
  readonly pushes: Push[];
  readonly startedAt: number;
  left: number;
}

/** What is subscribed to, by the key of its messages. */
interface Channel {
  readonly words: readonly Word[];
  readonly since: number;
  /** When the last message came. */
  lastAt: number | null;
}

/** Who gets data sooner has found it there. */
const WAITED_MS = 1;

export class RecordSession implements Session<RedisSpec> {
  readonly #client = new CommandReader();
  readonly #server = new ReplyReader();
  readonly #settings = new Settings();
  #asked: Asked[] = [];
  #transaction: Transaction | null = null;
  #confirming: Confirming | null = null;
  readonly #channels = new Map<string, Channel>();
  /** The key of the last command whose wait is kept. */
  #waited = "";
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
    this.#confirming = null;
    this.#channels.clear();
  }

  *end(from: Side): Generator<Step<RedisSpec>> {
    if (this.#done || from !== "server") return;
    this.#done = true;
    yield* this.#endChannels();
    // Whoever waits for data when the recording ends has waited in vain till then.
    const [head] = this.#asked;
    if (head === undefined) return;
    if (!waits(head.name, head.words) || this.#transaction !== null) {
      yield { do: "unread", reason: `the answer to ${head.name} broke off` };
      return;
    }
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

  /** A message belongs to its channel; anything else to the command before it. */
  *#pushed(value: Value, at: number): Generator<Step<RedisSpec>> {
    const words = channelOf(value);
    const channel = words === null ? undefined : this.#channels.get(pushesShape(words));
    if (channel !== undefined) {
      channel.lastAt = at;
      yield this.#pushes(channel.words, [{ afterMs: elapsed(channel.since, at), value }], at, at);
    } else if (this.#last !== null) {
      const { words: before, at: since } = this.#last;
      yield this.#pushes(before, [], since, since);
      yield this.#pushes(before, [{ afterMs: elapsed(since, at), value }], at, at);
    }
  }

  /** Of a channel each message comes once; without one, it is known that none has come. */
  #pushes(words: readonly Word[], pushes: readonly Push[], startedAt: number, endedAt: number): Step<RedisSpec> {
    const isOnce = pushes.length > 0 && startedAt === endedAt;
    return emit(
      { type: "pushes", ...this.#settings.now, words, pushes },
      startedAt,
      endedAt,
      isOnce ? "once" : "repeat",
    );
  }

  *#confirmed(value: Value, at: number): Generator<Step<RedisSpec>> {
    const [head] = this.#asked;
    if (this.#confirming === null) {
      // A server may end a subscription by itself, when a slot moves.
      if (head === undefined || !(subscribes(head.name) || unsubscribes(head.name)))
        return yield* this.#pushed(value, at);
      const left = confirmations(head.words, this.#subscribed);
      this.#confirming = { words: head.words, pushes: [], startedAt: head.at, left };
    }
    const confirming = this.#confirming;
    confirming.pushes.push({ afterMs: 0, value });
    confirming.left--;
    this.#subscribed = countIn(value);
    if (confirming.left === 0) {
      const { words, pushes, startedAt } = confirming;
      this.#asked.shift();
      this.#confirming = null;
      yield emit({ type: "subscription", ...this.#settings.now, words, pushes }, startedAt, at, "once");
    }
    const channel = channelOf(value);
    if (channel === null) return;
    if (isEnd(value)) yield* this.#endChannel(pushesShape(channel));
    else {
      this.#channels.set(pushesShape(channel), { words: channel, since: at, lastAt: null });
      yield this.#pushes(channel, [], at, at);
    }
  }

  *#endChannel(key: string): Generator<Step<RedisSpec>> {
    const channel = this.#channels.get(key);
    this.#channels.delete(key);
    const lastAt = channel?.lastAt ?? null;
    if (channel !== undefined && lastAt !== null) yield this.#pushes(channel.words, [], lastAt, lastAt);
  }

  *#endChannels(): Generator<Step<RedisSpec>> {
    for (const key of [...this.#channels.keys()]) yield* this.#endChannel(key);
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
    if (waits(name, words) && reply.type !== "null") return yield* this.#cameLate(asked, reply, at);
    const reuse = describesServer(name) || waits(name, words) ? "repeat" : "once";
    yield emit({ type: "command", ...setting, words, reply }, asked.at, at, reuse);
  }

  /** What somebody has waited for is of the moment in which it came; that there was nothing till then is kept as well. */
  *#cameLate({ words, at: askedAt }: Asked, reply: Value, at: number): Generator<Step<RedisSpec>> {
    const asked = { type: "command", ...this.#settings.now, words, reply: null } as const;
    const { text } = keyOf(asked);
    if (at - askedAt > WAITED_MS && text !== this.#waited) {
      this.#waited = text;
      yield emit(asked, askedAt, askedAt, "repeat");
    }
    yield emit({ ...asked, reply }, at, at, "once");
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
      yield* this.#endChannels();
      this.#confirming = null;
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

/** To the microsecond: what is finer is the arithmetic's. */
const elapsed = (since: number, at: number): number => Math.max(0, Math.round((at - since) * 1000) / 1000);

function emit(
  spec: RedisSpec,
  startedAt: number,
  endedAt: number,
  reuse: Exchange<RedisSpec>["reuse"],
): Step<RedisSpec> {
  return { do: "emit", exchange: { spec, startedAt, endedAt, reuse } };
}
