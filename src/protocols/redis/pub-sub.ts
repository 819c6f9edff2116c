/** What a server says unasked, and its answers to SUBSCRIBE and UNSUBSCRIBE, told by their first word. */
import { type Word, wordOf } from "./text-bytes.ts";
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
