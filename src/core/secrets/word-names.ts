/**
 * Which words of a command are named by others: `AUTH user password`, `SET session:7 x`, `HSET user:1 password x`,
 * `CONFIG SET requirepass x`, `ACL SETUSER ann >x`. Of a command that is not known only words that are names themselves count.
 */
import { classOfName } from "./names.ts";

/** A key and then its values. */
const KEYED = /^(?:SET|SETEX|PSETEX|SETNX|GETSET|APPEND|LPUSH|RPUSH|LPUSHX|RPUSHX|SADD|SREM|SISMEMBER|LREM|LPOS)$/i;
/** Names and values in turn, from that word on. */
const PAIRED: ReadonlyMap<string, number> = new Map([["HSET", 2], ["HMSET", 2], ["HSETNX", 2], ["XADD", 3], ["MSET", 1], ["MSETNX", 1]]); // prettier-ignore
/** Times to live and their like stand between a key and its value, or behind it. */
const OPTION = /^(?:\d{1,13}|EX|PX|EXAT|PXAT|NX|XX|KEEPTTL|GET)$/i;

/** By index; a name or nothing. */
export function namesOfWords(words: readonly unknown[]): readonly (string | undefined)[] {
  const texts = words.map((word) => (typeof word === "string" ? word : ""));
  const [verb = "", key = ""] = texts;
  const names: (string | undefined)[] = [];
  if (/^AUTH$/i.test(verb)) return texts.map((_, index) => (index === texts.length - 1 && index > 0 ? "password" : undefined)); // prettier-ignore
  if (/^ACL$/i.test(verb)) return texts.map((text) => (/^[><]./.test(text) ? "password" : undefined));
  if (KEYED.test(verb)) {
    const name = lastWord(key) ?? undefined;
    return texts.map((text, index) => (index > 1 && !OPTION.test(text) ? name : undefined));
  }
  const paired = PAIRED.get(verb.toUpperCase());
  for (const [index, text] of texts.entries()) {
    if (paired !== undefined) {
      const isName = index >= paired && (index - paired) % 2 === 0;
      if (isName && lastWord(text) !== null) names[index + 1] = lastWord(text) ?? undefined;
    } else if (index > 0 && /^(?:AUTH2?)$/i.test(text)) {
      names[index + 1] = "password";
      if (/^AUTH2$/i.test(text) || /^HELLO$/i.test(verb)) names[index + 2] = "password";
    } else if (/^[\w-]+$/.test(text) && classOfName(text) === "secret") {
      names[index + 1] = text;
    }
  }
  return names;
}

/** The same for the items of a reply: `HGETALL user:7`, `HMGET user:7 name password`, `MGET token:1 token:2`. */
export function namesOfReplies(
  command: readonly unknown[],
  reply: readonly unknown[],
): readonly (string | undefined)[] {
  const [verb, ...words] = command.map((word) => (typeof word === "string" ? word : ""));
  const nameOf = (text: unknown): string | undefined =>
    typeof text === "string" ? (lastWord(text) ?? undefined) : undefined;
  if (/^HGETALL$/i.test(verb ?? ""))
    return reply.map((_, index) => (index % 2 === 1 ? nameOf(reply[index - 1]) : undefined));
  if (/^HMGET$/i.test(verb ?? "")) return reply.map((_, index) => nameOf(words[index + 1]));
  return /^MGET$/i.test(verb ?? "") ? reply.map((_, index) => nameOf(words[index])) : [];
}

/** The part of a key that says what is kept under it, if one does: `user:7:token`. */
export function lastWord(key: string): string | null {
  if (key.length > 200) return null;
  return key.split(/[:/|]/).findLast((word) => classOfName(word) !== null) ?? null;
}
