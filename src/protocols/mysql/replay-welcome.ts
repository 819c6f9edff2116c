/**
 * Begins a connection in a server's place: the recorded greeting, then as much of an authentication as that client's
 * plug-in wants to see. Nobody's password is known or needed: MySQL's server has nothing to prove.
 */
import type { Pool } from "../../core/pool.ts";
import { ByteWriter } from "./byte-writer.ts";
import { Can, offered } from "./capabilities.ts";
import { Head, PLAIN_DONE, Status } from "./endings.ts";
import { type Greeting, type Hello } from "./greeting.ts";
import { keyOf, SESSION_SHAPE } from "./key.ts";
import type { MysqlSpec, Reply, SessionStart } from "./spec.ts";

const NATIVE = "mysql_native_password";
const CACHING = "caching_sha2_password";
/** What a client sends in clear where TLS protects it. */
const CLEAR = new Set(["sha256_password", "mysql_clear_password"]);
/** Nobody checks what a client makes of it. */
export const CHALLENGE = new TextEncoder().encode("reprise.plays.a.tape");
const FAST_PATH = new Uint8Array([Head.More, 3]);
const UTF8MB4 = 45;

/** For a recording that has no connection's beginning. */
const USUAL: Greeting = {
  version: "8.0.36",
  capabilities: Can.Mysql | Can.ConnectWithDatabase | Can.Protocol41 | Can.SecureConnection | Can.PluginAuth | Can.ConnectAttributes | Can.SizedAuth | 0x3f2086n, // prettier-ignore
  charset: UTF8MB4,
  status: Status.Autocommit,
  plugin: NATIVE,
};

/** The recorded sessions, those first that were let in. */
function* sessions(pool: Pool<MysqlSpec>): Generator<SessionStart> {
  const found = [...pool.recall(SESSION_SHAPE)].filter((spec) => spec.type === "session");
  yield* found.filter(({ reply }) => reply.reply === "ok");
  yield* found.filter(({ reply }) => reply.reply !== "ok");
}

/** What to greet with, or the error in its place. */
export function greetingFor(pool: Pool<MysqlSpec>, isTls: boolean): Greeting | Extract<Reply, { reply: "error" }> {
  for (const { greeting, reply } of sessions(pool)) {
    if (greeting === null) {
      if (reply.reply === "error") return reply;
      continue;
    }
    const plugin = greeting.plugin === CACHING || CLEAR.has(greeting.plugin) ? greeting.plugin : NATIVE;
    return { ...greeting, plugin, capabilities: offered(greeting.capabilities, isTls) };
  }
  return { ...USUAL, capabilities: offered(USUAL.capabilities, isTls) };
}

/** How that user was received there. */
export function receptionOf(pool: Pool<MysqlSpec>, { database, user }: Pick<Hello, "database" | "user">): Reply {
  const plain: Reply = { reply: "ok", ...PLAIN_DONE };
  const asked = keyOf({ type: "session", database, user, greeting: null, reply: plain }).text;
  for (const session of sessions(pool)) {
    if (session.greeting !== null && keyOf(session).text === asked) return session.reply;
  }
  return plain;
}

/** What comes before the reception: nothing, a packet, or a request for another plug-in that the client must answer. */
export type Turn =
  | { readonly is: "in"; readonly before: Uint8Array | null }
  | { readonly is: "switch"; readonly packet: Uint8Array; readonly plugin: string };

/** `proposed`: the plug-in that was greeted with; null where the client was asked to switch and has answered. */
export function authenticate(hello: Hello, proposed: string | null, isTls: boolean): Turn {
  const { plugin, isEmptyProof, capabilities } = hello;
  const isNamed = (capabilities & Can.PluginAuth) !== 0n && plugin !== "";
  if (!isNamed || proposed === null) return entry(proposed === null ? plugin : NATIVE, isEmptyProof);
  const isKnown = plugin === NATIVE || plugin === CACHING || (CLEAR.has(plugin) && isTls);
  if (!isKnown) return switchTo(NATIVE);
  // A client that was greeted with another plug-in waits for a challenge of its own.
  return isEmptyProof && plugin !== proposed ? switchTo(plugin) : entry(plugin, isEmptyProof);
}

function entry(plugin: string, isEmptyProof: boolean): Turn {
  return { is: "in", before: plugin === CACHING && !isEmptyProof ? FAST_PATH : null };
}

function switchTo(plugin: string): Turn {
  const packet = new ByteWriter().byte(Head.End).text(plugin).raw(CHALLENGE).byte(0).finish();
  return { is: "switch", packet, plugin };
}
