/**
 * What is known of commands by their names: those that set a connection up, those that wait, those after which a
 * connection is another one's, and how each answers where no recording is needed.
 * https://redis.io/docs/latest/commands
 */
import type { Word } from "../../lib/bytes/text.ts";

/** The name in capitals, with the subcommand where the command has one: `GET`, `CLIENT SETNAME`. */
export function nameOf(words: readonly Word[]): string {
  const [first = "", second] = words;
  const name = typeof first === "string" ? first.toUpperCase() : "";
  return FAMILIES.has(name) && typeof second === "string" ? `${name} ${second.toUpperCase()}` : name;
}

const FAMILIES = new Set([
  ...["ACL", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DEBUG", "FUNCTION", "LATENCY", "MEMORY", "MODULE", "OBJECT"],
  ...["PUBSUB", "SCRIPT", "SENTINEL", "SLOWLOG", "XGROUP", "XINFO"],
]);

/**
 * They say who a client is and how it wants to be spoken to. Answered without a recording, so that a cold pool and a warm
 * one replay alike.
 */
const SET_UP = new Set([
  ...["HELLO", "AUTH", "SELECT", "PING", "RESET", "QUIT", "READONLY", "READWRITE", "ASKING", "MULTI", "DISCARD"],
  ...["CLIENT SETNAME", "CLIENT SETINFO", "CLIENT ID", "CLIENT TRACKING", "CLIENT CACHING", "CLIENT NO-EVICT"],
  ...["CLIENT NO-TOUCH", "CLIENT MAINT_NOTIFICATIONS"],
]);

/** Their answers describe the server; asked at start-up, in health checks and by every connection that is opened. */
const DESCRIBES = new Set([
  ...["INFO", "ROLE", "COMMAND", "COMMAND DOCS", "COMMAND INFO", "COMMAND COUNT", "CONFIG GET", "TIME", "LOLWUT"],
  ...["CLIENT LIST", "CLIENT INFO", "CLIENT GETNAME", "MODULE LIST", "ACL WHOAMI", "SCRIPT LOAD", "SCRIPT EXISTS"],
  ...["FUNCTION LOAD", "FUNCTION LIST", "CLUSTER SLOTS", "CLUSTER SHARDS", "CLUSTER NODES", "CLUSTER INFO"],
  ...["CLUSTER MYID", "CLUSTER MYSHARDID", "CLUSTER LINKS", "SENTINEL MASTERS", "SENTINEL MASTER"],
  ...["SENTINEL GET-MASTER-ADDR-BY-NAME", "SENTINEL REPLICAS", "SENTINEL SLAVES", "SENTINEL SENTINELS"],
]);

/** A cluster's nodes all answer them alike, and a client asks whichever it likes, then the next. */
const OF_ANY_NODE = new Set([
  ...["CLUSTER SLOTS", "CLUSTER SHARDS", "CLUSTER NODES", "CLUSTER INFO"],
  ...["COMMAND", "COMMAND DOCS", "COMMAND INFO", "COMMAND COUNT"],
]);

/** They name the cluster's nodes. */
const TOPOLOGY = new Set(["CLUSTER SLOTS", "CLUSTER SHARDS", "CLUSTER NODES"]);

/** How what names them is recalled. */
export const topologyShapes: readonly string[] = [...TOPOLOGY].map((name) => `${name} 2`);

const SUBSCRIBES = new Set(["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE"]);
const UNSUBSCRIBES = new Set(["UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE"]);

/** After these the connection carries something else than commands and replies. */
const LEAVES = new Map([
  ["MONITOR", "MONITOR shows what every client does"],
  ["SYNC", "the connection became a replica's"],
  ["PSYNC", "the connection became a replica's"],
  ["CLIENT REPLY", "CLIENT REPLY turned replies off"],
]);

export const isSetUp = (name: string): boolean => SET_UP.has(name);
export const describesServer = (name: string): boolean => DESCRIBES.has(name);
export const isOfAnyNode = (name: string): boolean => OF_ANY_NODE.has(name);
export const tellsNodes = (name: string): boolean => TOPOLOGY.has(name);
export const subscribes = (name: string): boolean => SUBSCRIBES.has(name);
export const unsubscribes = (name: string): boolean => UNSUBSCRIBES.has(name);

/** Why a connection is not read after that command, or `undefined`. */
export const leaves = (name: string): string | undefined => LEAVES.get(name);

/** Whether the command waits for data that others bring; WAIT waits for replicas. */
export const waits = (name: string, words: readonly Word[]): boolean =>
  !name.startsWith("WAIT") && waitsMs(name, words) !== undefined;

/** For how long a command may wait, in milliseconds; 0 is for ever, `undefined` that it does not wait. */
export function waitsMs(name: string, words: readonly Word[]): number | undefined {
  const seconds = SECONDS_AT[name];
  if (seconds !== undefined) return numberAt(words, seconds < 0 ? words.length + seconds : seconds) * 1000;
  if (name === "WAIT" || name === "WAITAOF") return numberAt(words, words.length - 1);
  if (name !== "XREAD" && name !== "XREADGROUP") return undefined;
  const at = words.findIndex((word) => typeof word === "string" && word.toUpperCase() === "BLOCK");
  return at < 0 ? undefined : numberAt(words, at + 1);
}

/** Where the time-out stands among the words; negative from the end. */
const SECONDS_AT: Readonly<Record<string, number>> = {
  BLPOP: -1,
  BRPOP: -1,
  BRPOPLPUSH: -1,
  BLMOVE: -1,
  BZPOPMIN: -1,
  BZPOPMAX: -1,
  BLMPOP: 1,
  BZMPOP: 1,
};

function numberAt(words: readonly Word[], index: number): number {
  const value = Number(words[index]);
  return Number.isFinite(value) && value > 0 ? value : 0;
}
