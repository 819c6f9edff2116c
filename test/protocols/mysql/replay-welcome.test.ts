import { expect, test } from "bun:test";
import { createPublicKey } from "node:crypto";
import { Can } from "../../../src/protocols/mysql/capabilities.ts";
import { PLAIN_DONE } from "../../../src/protocols/mysql/endings.ts";
import type { Hello } from "../../../src/protocols/mysql/greeting.ts";
import { mysql } from "../../../src/protocols/mysql/index.ts";
import { authenticate, CHALLENGE, greetingFor, receptionOf } from "../../../src/protocols/mysql/replay-welcome.ts";
import type { MysqlSpec, Reply, SessionStart } from "../../../src/protocols/mysql/spec.ts";
import { exactPool } from "../../support/exact-pool.ts";

const session = (plugin: string, reply: Reply = { reply: "ok", ...PLAIN_DONE }, connection = 7): SessionStart => ({
  ...{ type: "session", database: "shop", user: "app", reply },
  greeting: { version: "8", connection, capabilities: Can.PluginAuth | Can.Compress, charset: 45, status: 2, plugin },
});
const pool = (...specs: MysqlSpec[]) =>
  exactPool(mysql, specs.map((spec) => ({ spec, startedAt: 0, endedAt: 0, reuse: "repeat" as const }))); // prettier-ignore
const hello = (plugin: string, isEmptyProof = false, asksKey = false): Hello => ({ capabilities: Can.PluginAuth, user: "app", database: "shop", plugin, isEmptyProof, asksKey }); // prettier-ignore

test("greets as recorded, by a plug-in that needs no secret", () => {
  expect(greetingFor(pool(session("caching_sha2_password")), false)).toMatchObject({ version: "8", plugin: "caching_sha2_password", capabilities: Can.PluginAuth }); // prettier-ignore
  expect(greetingFor(pool(session("client_ed25519")), true)).toMatchObject({ plugin: "mysql_native_password", capabilities: Can.PluginAuth | Can.Tls }); // prettier-ignore
  expect(greetingFor(pool(), false)).toMatchObject({ plugin: "mysql_native_password" });
  const refused: SessionStart = { ...session(""), greeting: null, reply: { reply: "error", code: 1040, state: "", message: "" } }; // prettier-ignore
  expect(greetingFor(pool(refused), false)).toMatchObject({ code: 1040 });
});

test("connections have the numbers of those that were recorded, in order, and then the last one", () => {
  const ok: Reply = { reply: "ok", ...PLAIN_DONE };
  const both = pool(session("", ok, 5), session("", ok, 9));
  expect([0, 1, 2].map(() => greetingFor(both, false))).toMatchObject([{ connection: 5 }, { connection: 9 }, { connection: 9 }]); // prettier-ignore
});

test("each plug-in sees what it waits for", () => {
  const turns = [
    authenticate(hello("mysql_native_password"), "mysql_native_password"),
    authenticate(hello("caching_sha2_password"), "caching_sha2_password"),
    authenticate(hello("sha256_password"), "sha256_password"),
    authenticate(hello("caching_sha2_password", true), "mysql_native_password"),
    authenticate(hello("caching_sha2_password"), null),
    authenticate(hello("dialog"), "mysql_native_password"),
  ];
  expect(turns.map((turn) => (turn.is === "in" ? turn.before && [...turn.before] : turn.is === "switch" && turn.plugin))).toEqual([null, [1, 3], null, "caching_sha2_password", [1, 3], "mysql_native_password"]); // prettier-ignore
  expect([CHALLENGE.length, CHALLENGE.includes(0)]).toEqual([20, false]);
});

test("a password that TLS does not protect is sent under a key, which OpenSSL takes for one", () => {
  const turn = authenticate(hello("sha256_password", false, true), "sha256_password");
  const packet = turn.is === "key" ? Buffer.from(turn.packet) : Buffer.alloc(0);
  const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(packet.subarray(1));
  expect([packet[0], asymmetricKeyType, asymmetricKeyDetails?.modulusLength]).toEqual([1, "rsa", 2048]);
});

test("a user who was refused is refused again, others are let in", () => {
  const refused = session("", { reply: "error", code: 1045, state: "28000", message: "no" });
  expect(receptionOf(pool(refused), hello(""))).toMatchObject({ code: 1045 });
  expect(receptionOf(pool(refused, session("")), hello(""))).toMatchObject({ reply: "ok" });
  expect(receptionOf(pool(), hello(""))).toMatchObject({ reply: "ok" });
});
