/**
 * What is kept of a Redis connection. Everything that only sets a connection up is left out, but for what the server
 * says of itself (`RedisHello`).
 */
import type { Word } from "../../lib/bytes/text.ts";
import type { Value } from "./value.ts";

/** RESP's version on the connection. */
export type Version = 2 | 3;

/** What a connection has settled before a command comes. */
export interface Setting {
  readonly database: number;
  readonly version: Version;
}

/** A command with its reply; a transaction (MULTI to EXEC) as one. */
export interface RedisCommand extends Setting {
  readonly type: "command";
  readonly words: readonly Word[];
  /** `null`: a command that waits for data was not answered while the recording ran. */
  readonly reply: Value | null;
}

/** MULTI, commands, EXEC: the reply is EXEC's. */
export interface RedisTransaction extends Setting {
  readonly type: "transaction";
  readonly commands: readonly (readonly Word[])[];
  /** The replies to the commands where one of them is not QUEUED, else none. */
  readonly refused: readonly Value[];
  readonly reply: Value;
}

/** Something that a server says unasked, so long after what came before it. */
export interface Push {
  readonly afterMs: number;
  readonly value: Value;
}

/** SUBSCRIBE and its like: the confirmations and what came until the connection subscribed anew or ended. */
export interface RedisSubscription extends Setting {
  readonly type: "subscription";
  readonly words: readonly Word[];
  readonly pushes: readonly Push[];
}

/** What came unasked after a command (RESP3, client tracking): `words` are that command's. */
export interface RedisPushes extends Setting {
  readonly type: "pushes";
  readonly words: readonly Word[];
  readonly pushes: readonly Push[];
}

/** What the server answered to HELLO. */
export interface RedisHello extends Setting {
  readonly type: "hello";
  readonly reply: Value;
}

export type RedisSpec = RedisCommand | RedisTransaction | RedisSubscription | RedisPushes | RedisHello;
