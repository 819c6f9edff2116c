/**
 * Begins a connection in a server's place: the recorded greeting, then as much of an authentication as that client's
 * plug-in wants to see. Nobody's password is known or needed: MySQL's server has nothing to prove.
 */
import type { Pool } from "../../core/pool.ts";
import { PayloadWriter } from "./payload-writer.ts";
import { Can, offered } from "./capabilities.ts";
import { Head, PLAIN_DONE, Status } from "./endings.ts";
import { differences } from "./differences.ts";
import { type Greeting, type Hello } from "./greeting.ts";
import { keyOf, SESSION_SHAPE } from "./key.ts";
import type { MysqlSpec, Reply, SessionStart } from "./spec.ts";

const NATIVE = "mysql_native_password";
const CACHING = "caching_sha2_password";
const SHA256 = "sha256_password";
/** By what a client may begin where a server lets it in at the first word. */
const KNOWN = new Set([NATIVE, CACHING, SHA256, "mysql_clear_password"]);
/** Nobody checks what a client makes of it. */
export const CHALLENGE = new TextEncoder().encode("reprise.plays.a.tape");
const FAST_PATH = new Uint8Array([Head.More, 3]);
const UTF8MB4 = 45;
/** A password that is sent under it stays one: nobody has the other half. */
const KEY = new TextEncoder().encode(`\x01-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxPrlnXS0UHp8jjojha29
PivrLVfRRviLEG1rfczsDCT9cZMdfk/el1Qhz2LyJUjKlNvCx0kvijCkD9G+ijRb
610xIONI9TxHysMEQKJ3jFflZ0+qjfViLchTiyiGWYsJmThAR05CBUi9Un4Ceew8
H1sGPrlu+ShzMbzK045/HMHPM8LpDNaF068psrQw9OggS8ldrcL4WwkwOVXlxicM
We3P51vgIPKhStXLUo9xIhIC1slhx9DB8A29PaesiVFR6owPbzVk3ngYLQkh64UJ
0gvoqse4Y8U3FQL2cjx+1SNgtmngrJXkPWHj85ZaLK0w7iDsBaGQfNtMwHVrfM4h
gwIDAQAB
-----END PUBLIC KEY-----
`);

/** For a recording that has no connection's beginning. */
const USUAL: Greeting = {
  version: "8.0.36",
  connection: 1,
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

/** What to greet with, or the error in its place; the nth connection has the number of the nth that was recorded. */
export function greetingFor(pool: Pool<MysqlSpec>, isTls: boolean): Greeting | Extract<Reply, { reply: "error" }> {
  for (const session of sessions(pool)) {
    const { greeting, reply } = session;
    if (greeting === null) {
      if (reply.reply === "error") return reply;
      continue;
    }
    const plugin = KNOWN.has(greeting.plugin) ? greeting.plugin : NATIVE;
    const connection = numberFor(pool, session) ?? greeting.connection;
    return { ...greeting, connection, plugin, capabilities: offered(greeting.capabilities, isTls) };
  }
  return { ...USUAL, capabilities: offered(USUAL.capabilities, isTls) };
}

/** Whoever connects has not said yet who it is: it is taken for the one who connected first. */
function numberFor(pool: Pool<MysqlSpec>, first: SessionStart): number | undefined {
  const take = pool.take({ key: keyOf(first), differs: (recorded) => differences(recorded, first), similarity: null });
  return take.found && take.spec.type === "session" ? take.spec.greeting?.connection : undefined;
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

/**
 * What comes before the reception: nothing, a packet, or one that the client must answer: a request for another plug-in, or
 * the key that it wants.
 */
export type Turn =
  | { readonly is: "in"; readonly before: Uint8Array | null }
  | { readonly is: "switch"; readonly packet: Uint8Array; readonly plugin: string }
  | { readonly is: "key"; readonly packet: Uint8Array };

/** `proposed`: the plug-in that was greeted with; null where the client was asked to switch and has answered. */
export function authenticate(hello: Hello, proposed: string | null): Turn {
  const { plugin, isEmptyProof, capabilities } = hello;
  const isNamed = (capabilities & Can.PluginAuth) !== 0n && plugin !== "";
  if (proposed === null) return entry(plugin, hello);
  if (!isNamed) return entry(NATIVE, hello);
  if (!KNOWN.has(plugin)) return switchTo(NATIVE);
  // A client that was greeted with another plug-in waits for a challenge of its own.
  return isEmptyProof && plugin !== proposed ? switchTo(plugin) : entry(plugin, hello);
}

function entry(plugin: string, { isEmptyProof, asksKey }: Hello): Turn {
  if (plugin === SHA256 && asksKey) return { is: "key", packet: KEY };
  return { is: "in", before: plugin === CACHING && !isEmptyProof ? FAST_PATH : null };
}

function switchTo(plugin: string): Turn {
  const packet = new PayloadWriter().byte(Head.End).text(plugin).raw(CHALLENGE).byte(0).finish();
  return { is: "switch", packet, plugin };
}
