/** What a server says unasked, and its answers to SUBSCRIBE and UNSUBSCRIBE, told by their first word. */
import { type Word, wordOf } from "../../lib/bytes/text.ts";
import type { Value } from "./value.ts";

const CONFIRMS = new Set([...["subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe"]]);
const MESSAGES = new Set(["message", "pmessage", "smessage"]);

/** `confirmation`: of a channel; `push`: whatever nobody asked for; `reply`: the answer to a command. */
export type Kind = "confirmation" | "push" | "reply";

/** In RESP2 a subscribed connection's messages are plain lists; `isSubscribed` says whether they can come. */
export function kindOf(value: Value, isSubscribed: boolean): Kind {
  if (value.type !== "push" && !(value.type === "list" && isSubscribed)) return "reply";
  const word = firstWord(value);
  if (word !== null && CONFIRMS.has(word)) return "confirmation";
  if (value.type === "push") return "push";
  return word !== null && MESSAGES.has(word) ? "push" : "reply";
}

const KINDS: Readonly<Record<string, string>> = {
  subscribe: "SUBSCRIBE",
  message: "SUBSCRIBE",
  psubscribe: "PSUBSCRIBE",
  pmessage: "PSUBSCRIBE",
  ssubscribe: "SSUBSCRIBE",
  smessage: "SSUBSCRIBE",
  unsubscribe: "SUBSCRIBE",
  punsubscribe: "PSUBSCRIBE",
  sunsubscribe: "SSUBSCRIBE",
};

/** The command that subscribes to the one channel or pattern which a confirmation or a message is about. */
export function channelOf(value: Value): readonly Word[] | null {
  const kind = KINDS[firstWord(value) ?? ""];
  const second = value.type === "push" || value.type === "list" ? value.items[1] : undefined;
  return kind === undefined || second?.type !== "bulk" ? null : [kind, wordOf(second.bytes)];
}

/** The same of a command, for each of its channels: `SUBSCRIBE a b` and `UNSUBSCRIBE a b` are about both. */
export function channelsOf(words: readonly Word[]): (readonly Word[])[] {
  const [name, ...channels] = words;
  const kind = typeof name === "string" ? KINDS[name.toLowerCase()] : undefined;
  return kind === undefined ? [] : channels.map((channel) => [kind, channel]);
}

/** Whether a confirmation is of the end of a subscription. */
export const isEnd = (value: Value): boolean => firstWord(value)?.includes("unsub") === true;

/** How many subscriptions the connection has after a confirmation. */
export function countIn(value: Value): number {
  const last = value.type === "push" || value.type === "list" ? value.items.at(-1) : undefined;
  return last?.type === "integer" ? Number(last.text) : 0;
}

/** How many confirmations a command gets; without channels it ends all that there are of its kind. */
export function confirmations(words: readonly Word[], subscribed: number): number {
  return words.length > 1 ? words.length - 1 : Math.max(1, subscribed);
}

function firstWord(value: Value): string | null {
  const first = value.type === "push" || value.type === "list" ? value.items[0] : undefined;
  const word = first?.type === "bulk" ? wordOf(first.bytes) : null;
  return typeof word === "string" ? word : null;
}
